import type { z } from 'zod';
import { checkTogether } from './checks/checks.ts';
import type { Config } from './config.ts';
import { type ConfigDocument, locate, problemAt, readDocument, spanOf, valueOf } from './document.ts';
import { draftOf } from './draft.ts';
import type { Finding, Path } from './finding.ts';
import { explainIssues } from './issues.ts';
import type { Problem } from './problem.ts';
import { configSchema } from './schema/config.ts';
import { redactor } from './secrets.ts';
import { isSecret, snippet } from './source.ts';
import { isTagged } from './tags.ts';
import { fillInValues, type ValueSources } from './values.ts';

export type ParseResult =
  | { readonly ok: true; readonly config: Config; readonly document: ConfigDocument }
  | { readonly ok: false; readonly problems: readonly Problem[] };

const EXPLODED = (file: string): Problem => ({
  code: 'CONFIG_SYNTAX',
  file,
  message: 'its aliases (`*name`) stand for more than a config can have',
  related: [],
});

/** From a config's text to the config, with everything that is wrong in the order of the text. Paths stay relative. */
export async function parseConfig(file: string, text: string, sources: ValueSources): Promise<ParseResult> {
  const document = readDocument(file, text);
  // Where the text is not YAML its values are guesses, and complaints about them would hide the slip.
  if (document.syntax.length > 0) return { ok: false, problems: document.syntax };
  const missing = await fillInValues(document, sources);
  const content = valueOf(document);
  if (content === undefined) return { ok: false, problems: [EXPLODED(file)] };
  const { value } = content;
  const parsed = configSchema.safeParse(value, { reportInput: false });
  const findings = [...findingsOf(parsed.error?.issues ?? [], document, value), ...checkTogether(draftOf(value))];
  // What could not be had is no value, so that whatever else is said of it is not true.
  const judged = placeAll(findings, document).filter((problem) => !missing.some((other) => samePlace(problem, other)));
  const problems = [...document.duplicates, ...missing, ...judged];
  return parsed.success && problems.length === 0
    ? { ok: true, config: parsed.data, document }
    : { ok: false, problems: inOrder(problems) };
}

function findingsOf(issues: readonly z.core.$ZodIssue[], document: ConfigDocument, value: unknown): Finding[] {
  const isHidden = (path: Path): boolean => {
    const { node, value: span } = locate(document, path);
    return isTagged(node) || isSecret(document.source, span);
  };
  return explainIssues(issues, { schema: configSchema, value, isHidden });
}

/** The findings at their places in the text, without the secrets that their messages may quote. */
export function placeAll(findings: readonly Finding[], document: ConfigDocument): Problem[] {
  const { source, yaml } = document;
  const redact = redactor(yaml, (scalar) => isTagged(scalar) || isSecret(source, spanOf(scalar) ?? [0, 0]));
  return findings.map(({ code, path, on, message, allowed, suggestion, related = [] }) => {
    const location = locate(document, path);
    const span = on === 'value' ? location.value : (location.key ?? location.value);
    return {
      ...problemAt(source, span, {
        code,
        message: redact(message),
        ...(allowed === undefined ? {} : { allowed: redact(allowed) }),
        ...(suggestion === undefined ? {} : { suggestion }),
      }),
      // What is there by default has no place.
      related: related.flatMap((other) => {
        const { exists, value } = locate(document, other.path);
        return exists ? [{ message: redact(other.message), at: snippet(source, value) }] : [];
      }),
    };
  });
}

const samePlace = (one: Problem, other: Problem): boolean =>
  one.at?.line === other.at?.line && one.at?.column === other.at?.column;

/** In the order of the text. What a mapping is merged into has its faults too: those have one place, and are one slip. */
function inOrder(problems: readonly Problem[]): Problem[] {
  const byPlace = new Map(
    problems.map((problem) => [
      `${problem.code} ${problem.at?.line}:${problem.at?.column} ${problem.suggestion}`,
      problem,
    ]),
  );
  const position = ({ at }: Problem): number => (at === undefined ? 0 : at.line * 1e6 + at.column);
  return [...byPlace.values()].sort((a, b) => position(a) - position(b));
}
