import { mendOf } from '../../core/runner/cloud-error';
import type { FleetError } from '../edges/ec2';

/** All errors of one fleet request as one text: each code once, with the types it hit and the mend. */
export function explainFleetErrors(errors: readonly FleetError[]): string {
  if (errors.length === 0) return 'EC2 gave no instance and no reason; try again later';
  const codes = [...new Set(errors.map(({ code }) => code))];
  return codes
    .map((code) => {
      const same = errors.filter((error) => error.code === code);
      const types = [...new Set(same.flatMap(({ type }) => type ?? []))].join(', ');
      return `${code}${types ? ` (${types})` : ''}: ${mendOf(code)}`;
    })
    .join('; ');
}
