// Loaded with --import: SIGUSR2 makes an error that nobody catches.
process.on('SIGUSR2', () => {
  throw new Error('thrown by the test');
});
