import type { Origin } from '#broker';

/**
 * Why an output is as it is: somebody's command, or a rule of its own. `line`: something else moved the pin, or it came
 * back after it had failed.
 */
export type Cause = Origin | { readonly kind: 'start' | 'stop' | 'max_on' | 'link_loss' | 'interlock' | 'line' };
