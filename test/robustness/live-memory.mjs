// Loaded into the server before its own code. At SIGUSR2 it collects garbage and prints the live memory, in kB.
process.on('SIGUSR2', () => {
  globalThis.gc();
  globalThis.gc();
  const { heapUsed, external } = process.memoryUsage();
  console.log(`live memory: ${Math.round((heapUsed + external) / 1000)} kB`);
});
