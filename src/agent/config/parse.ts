import type { z } from 'zod';
import { checkTogether } from './checks/checks.ts';
import type { Config } from './config.ts';
import { type ConfigDocument, locate, problemAt, readDocument } from './document.ts';
import { draftOf } from './draft.ts';
import type { Finding, Path } from './finding.ts';
import { explainIssues } from './issues.ts';
import type { Problem } from './problem.ts';
import { configSchema } from './schema/config.ts';
import { isSecret, snippet } from './source.ts';
import { fillInValues, isTagged, type ValueSources } from './values.ts';

export type ParseResult =
  | { readonly ok: true; readonly config: Config; readonly document: ConfigDocument }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** From a config's text to the config, with everything that is wrong in the order of the text. Paths stay relative. */
export async function parseConfig(file: string, text: string, sources: ValueSources): Promise<ParseResult> {
  const document = readDocument(file, text);
  // Where the text is not YAML its values are guesses, and complaints about them would hide the slip.
  if (document.syntax.length > 0) return { ok: false, problems: document.syntax };
  const missing = await fillInValues(document, sources);
  const value = valueOf(document);
  const parsed = configSchema.safeParse(value, { reportInput: false });
  const findings = [...findingsOf(parsed.error?.issues ?? [], document, value), ...checkTogether(draftOf(value))];
  const problems = [...document.duplicates, ...missing, ...findings.map((finding) => place(finding, document))];
  return parsed.success && problems.length === 0
    ? { ok: true, config: parsed.data, document }
    : { ok: false, problems: inOrder(problems) };
}

/** A section with nothing in it, such as an `entities:` whose items are all commented out, counts as not given. */
function valueOf(document: ConfigDocument): unknown {
  const value: unknown = document.yaml.toJS();
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value ?? {};
  return Object.fromEntries(Object.entries(value).filter(([, section]) => section !== null));
}

function findingsOf(issues: readonly z.core.$ZodIssue[], document: ConfigDocument, value: unknown): Finding[] {
  const isHidden = (path: Path): boolean => {
    const { node, value: span } = locate(document, path);
    return isTagged(node) || isSecret(document.source, span);
  };
  return explainIssues(issues, { schema: configSchema, value, isHidden });
}

/** Finds the place in the text that a finding is about. */
export function place(finding: Finding, document: ConfigDocument): Problem {
  const { code, message, allowed, suggestion, related = [] } = finding;
  const location = locate(document, finding.path);
  const span =
    finding.on === 'key'
      ? (location.key ?? location.value)
      : finding.on === 'mapping'
        ? (location.key ?? location.value)
        : location.value;
  return {
    ...problemAt(document.source, span, {
      code,
      message,
      ...(allowed === undefined ? {} : { allowed }),
      ...(suggestion === undefined ? {} : { suggestion }),
    }),
    related: related.map((other) => ({
      message: other.message,
      at: snippet(document.source, locate(document, other.path).value),
    })),
  };
}

function inOrder(problems: readonly Problem[]): Problem[] {
  const position = ({ at }: Problem): number => (at === undefined ? 0 : at.line * 1e6 + at.column);
  return [...problems].sort((a, b) => position(a) - position(b));
}
