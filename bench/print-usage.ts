// Loaded into a command with `--import`: prints its processor time and its largest memory when it ends, as the last line.
process.on('exit', () => console.log(JSON.stringify(process.resourceUsage())));
