import type { Command } from 'commander';
import { RegistryError } from '../../registry/values/registry-error.ts';
import type { Finding } from '../actions/checks/doctor.ts';
import { EXIT } from '../terminal/exit.ts';
import { addFormFlags, type FormFlags, printRows } from '../terminal/formats.ts';
import { loadLocalConfig } from './load-config.ts';
import { addSettingFlags } from './settings-flags.ts';

/**
 * Adds the command `doctor`, which checks the installation for faults.
 *
 * @param program - The program.
 */
export function addDoctorCommand(program: Command): void {
  const command = program
    .command('doctor')
    .description("find faults and print what to do; takes the server's settings")
    .addHelpText('after', '\nExample:\n  portolan doctor --json')
    .action(async (flags: FormFlags, self: Command) => {
      const findings = await examine(self);
      await printRows(flags, findings, toText);
      if (findings.some(({ result }) => result === 'problem')) process.exitCode = EXIT.failed;
    });
  addSettingFlags(addFormFlags(command));
}

/** Runs all checks. Invalid settings are the only finding, because every other check needs the settings. */
async function examine(command: Command): Promise<Finding[]> {
  try {
    const loaded = await loadLocalConfig(command);
    const { examineAll } = await import('../actions/checks/doctor.ts');
    return await examineAll(loaded, loaded.warnings);
  } catch (error) {
    if (!(error instanceof RegistryError)) throw error;
    const remedy = 'correct it at its source: flag, variable or file';
    return [{ subject: 'configuration', result: 'problem', detail: error.message, remedy }];
  }
}

function toText(findings: readonly Finding[]): string {
  const width = Math.max(...findings.map(({ subject }) => subject.length));
  const lines = findings.map(({ subject, result, detail, remedy }) => {
    const line = `${result.padEnd('problem'.length)}  ${subject.padEnd(width)}  ${detail}`;
    return remedy === null ? line : `${line}; ${remedy}`;
  });
  return `${lines.join('\n')}\n`;
}
