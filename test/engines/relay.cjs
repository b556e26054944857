// Runs inside a container's network (nsenter). It gets a listening socket that was opened
// outside, and hands every connection to 127.0.0.1:<port> inside.
const net = require('node:net');

const port = Number(process.argv[2]);
process.on('message', (_message, server) => {
  server.on('connection', (outside) => {
    const inside = net.connect({ host: '127.0.0.1', port, allowHalfOpen: true });
    outside.pipe(inside).pipe(outside);
    outside.on('error', () => inside.destroy());
    inside.on('error', () => outside.destroy());
  });
  process.send('ready');
});
process.on('disconnect', () => process.exit()); // the test is over
