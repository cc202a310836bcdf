import type { JsonObject } from '#topics';

export function deviceAutomationFault({ automation_type }: JsonObject): string | undefined {
  if (automation_type === 'trigger') return undefined;
  return "value must be one of ['trigger'] for dictionary value @ data['automation_type']";
}
