/**
 * Returns the name of the software in the name of an image: without registry, folder, tag and digest.
 *
 * @param image - Such as `registry.example.org/bitnami/postgresql:16@sha256:…`.
 * @example imageName('bitnami/postgresql:16') // 'postgresql'
 */
export function imageName(image: string): string {
  const [path = ''] = image.split('@');
  return path.slice(path.lastIndexOf('/') + 1).split(':')[0] ?? '';
}
