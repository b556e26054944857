/**
 * Arbitrary options that are valid: whatever these give resolves to a config, so
 * that a property of all configs can be put to the test.
 */
export { validArchitectures, validImageOptions } from './arbitrary-image';
export { validOpenRestyOptions } from './arbitrary-openresty';
