import { readdirSync, readFileSync } from 'node:fs';

/** The unit of `/proc/PID/stat`: USER_HZ is 100 on Linux. */
const TICK_MS = 10;

/**
 * Reads the largest memory of a process since its start, threads included. Works on Linux only.
 *
 * @param pid - The process.
 * @returns The largest resident set, in MB (1,000,000 bytes).
 * @throws When the process has ended.
 */
export function peakMemoryMb(pid: number): number {
  return memoryMb(pid, 'VmHWM');
}

/**
 * Reads the memory of a process, threads included. Works on Linux only.
 *
 * @param pid - The process.
 * @param field - The line of `/proc/PID/status`: the resident set now, or the largest so far.
 * @returns The resident set, in MB (1,000,000 bytes).
 * @throws When the process has ended.
 */
export function memoryMb(pid: number, field: 'VmRSS' | 'VmHWM' = 'VmRSS'): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const [, kibibytes] = new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm').exec(status) ?? [];
  if (kibibytes === undefined) throw new Error(`/proc/${pid}/status has no ${field}: the process has ended`);
  return (Number(kibibytes) * 1024) / 1_000_000;
}

/**
 * Reads the CPU time of a process, threads included. Works on Linux only.
 *
 * @param pid - The process.
 * @returns User and system time, in milliseconds, in steps of 10.
 * @throws When the process has ended.
 */
export function processorMs(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The second field is the program's name in brackets and may contain blanks. Fields 14 and 15 are the times.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
}

/**
 * Counts the open files, sockets and pipes of a process. Works on Linux only.
 *
 * @param pid - The process.
 * @throws When the process has ended.
 */
export function countOpenFiles(pid: number): number {
  return readdirSync(`/proc/${pid}/fd`).length;
}
