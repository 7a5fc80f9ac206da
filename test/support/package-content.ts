/** The files and folders of an installed package, in the order of their names. */
export const PACKAGE_CONTENT = [
  'CHANGELOG.md',
  'LICENSE',
  'README.md',
  'SECURITY.md',
  'bin',
  'data',
  'deploy',
  'dist',
  'docs',
  'migrations',
  'node_modules',
  'npm-shrinkwrap.json',
  'package.json',
  'schema',
];
