import type { Command } from 'commander';
import { RegistryError } from '../../registry/values/registry-error.ts';
import type { Finding } from '../actions/doctor.ts';
import { EXIT } from '../terminal/exit.ts';
import { addFormFlags, type FormFlags, printRows } from '../terminal/formats.ts';
import { loadConfig } from './load-config.ts';
import { addSettingFlags } from './settings-flags.ts';

/**
 * Adds the command that looks for what is wrong.
 *
 * @param program - Where it is added.
 */
export function addDoctorCommand(program: Command): void {
  const command = program
    .command('doctor')
    .description('look for what is wrong, and say what to do; takes the settings that the server has')
    .addHelpText('after', '\nExample:\n  portolan doctor --json')
    .action(async (flags: FormFlags, self: Command) => {
      const findings = await examine(self);
      await printRows(flags, findings, toText);
      if (findings.some(({ result }) => result === 'problem')) process.exitCode = EXIT.failed;
    });
  addSettingFlags(addFormFlags(command));
}

/** Without settings there is nothing else to look at. */
async function examine(command: Command): Promise<Finding[]> {
  try {
    const { config, warnings } = await loadConfig(command);
    const { examineAll } = await import('../actions/doctor.ts');
    return await examineAll(config, warnings);
  } catch (error) {
    if (!(error instanceof RegistryError)) throw error;
    const remedy = 'correct it where it is set: flag, variable or file';
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
