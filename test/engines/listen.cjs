// Listens on `<host> <port>` in the network it was started in and hands the socket to its parent, who serves it.
const [host, port] = process.argv.slice(2);
const server = require('node:net').createServer();
server.listen(Number(port), host, () => process.send('listening', server));
process.once('disconnect', () => process.exit(0));
