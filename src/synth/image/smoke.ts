/**
 * What the smoke stage runs: a script, an nginx configuration and the checks,
 * which are Lua inside of nginx. So they need no client in the image, use Unix
 * sockets instead of ports, and ask the running process what it is made of.
 */
export { renderSmokeChecks } from './smoke-checks';
export { renderSmokeConf } from './smoke-conf';
export { renderSmokeScript } from './smoke-script';
