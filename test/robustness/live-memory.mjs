// Loaded into the server before its own code: at SIGUSR2 it collects garbage and says how much is still held, in kB.
process.on('SIGUSR2', () => {
  globalThis.gc();
  globalThis.gc();
  const { heapUsed, external } = process.memoryUsage();
  console.log(`live memory: ${Math.round((heapUsed + external) / 1000)} kB`);
});
