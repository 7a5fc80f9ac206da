import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { request } from './contract.ts';
import type { Product } from './registry.ts';

/** The Debian package of each program. */
const PACKAGES: Readonly<Record<string, string>> = {
  getent: 'libc-bin',
  unshare: 'util-linux',
  shellcheck: 'shellcheck',
  'systemd-analyze': 'systemd',
  'systemd-sysusers': 'systemd',
  'docker-compose': 'docker-compose',
  nginx: 'nginx-light',
  promtool: 'prometheus',
  nmap: 'nmap',
  tshark: 'tshark',
  text2pcap: 'wireshark-common',
};

/**
 * Runs a program to its end.
 *
 * @param program - Its name.
 * @param args - Its arguments.
 * @param environment - Environment variables in addition to PATH; nothing else is inherited.
 * @returns Its exit code and output.
 * @throws With the name of the package when the program is not installed.
 */
export async function runTool(
  program: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<{ readonly code: number; readonly stdout: string; readonly stderr: string }> {
  const env = { PATH: `${process.env.PATH}:/usr/sbin:/sbin`, LC_ALL: 'C.UTF-8', ...environment };
  try {
    const outcome = await promisify(execFile)(program, args, { env, maxBuffer: 256 * 1024 * 1024 });
    return { code: 0, ...outcome };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: unknown; stdout: string; stderr: string };
    if (code === 'ENOENT') {
      throw new Error(`${program} is not installed: apt-get install ${PACKAGES[program]}`, { cause: error });
    }
    if (typeof code !== 'number') throw error;
    return { code, stdout, stderr };
  }
}

/**
 * Downloads an export.
 *
 * @param product - The product that serves it.
 * @param path - Its path and query.
 * @param folder - The folder of the file.
 * @param name - The name of the file.
 * @returns The path of the file and its text.
 */
export async function download(product: Product, path: string, folder: string, name: string) {
  const { text } = await request(product.app).get(path).expect(200);
  const file = join(folder, name);
  writeFileSync(file, text);
  return { file, text };
}
