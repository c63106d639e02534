// `explain`: why a workload reads as it does, with everything that is known.
import { explain as explainJudgement } from '../core/explain.ts';
import { coverage, judgeAll } from '../core/report.ts';
import { conditionsText } from '../core/rows.ts';
import { workloadLabel } from '../core/workload.ts';
import { painter } from '../output/colour.ts';
import { coverageLine } from '../output/coverage.ts';
import { explanationText } from '../core/explanation.ts';
import { json, yaml } from '../output/structured.ts';
import { last, oneOf } from './flags.ts';
import { withLateFormats } from './late-format.ts';
import type { LateFormat, PrintTemplate } from './late-format.ts';
import { noResourcesIn, oldestOffline, reportMissing, reportUnjudged, settled } from './run.ts';
import type { Run } from './run.ts';

const outputs = ['text', 'json', 'yaml'] as const;

export interface ExplainOptions {
  readonly output: (typeof outputs)[number] | PrintTemplate;
  readonly headings: boolean;
}

/** `late`: what `-o` asks for, where it is a template. */
export function explainOptions(
  argv: Readonly<Record<string, unknown>>,
  late: LateFormat | null = null,
): ExplainOptions {
  const known = withLateFormats(outputs, 'templates');
  const output = late?.is === 'template' ? late.print : oneOf('output', last(argv['output']) ?? 'text', outputs, known);
  return { output, headings: argv['no-headers'] !== true };
}

/** Prints the explanation of every workload named. Ends with 0, or 1 where one is not there. */
export async function explain(options: ExplainOptions, run: Run): Promise<number> {
  const state = await settled(run);
  const now = run.clock.now();
  const judgements = judgeAll(state, run.engine.workloads(), { ...run.circumstances, now });
  const notFound = reportMissing(run, state);
  const explained = reportUnjudged(run, state) || notFound;
  if (judgements.length === 0 && !explained && options.output === 'text') run.stderr.write(noResourcesIn(run));
  const explanations = judgements.map((judgement) => ({
    judgement,
    explanation: explainJudgement(judgement, state, { context: run.context, now }),
  }));
  if (options.output === 'text') {
    const paint = painter(run.colour);
    const texts = explanations.map((one) =>
      explanationText(
        one.explanation,
        { label: workloadLabel(one.judgement.workload), conditions: conditionsText(one.judgement) },
        paint,
      ),
    );
    run.stdout.write(texts.join('\n'));
  } else if (typeof options.output === 'function') {
    run.stdout.write(
      options.output(
        explanations.map(({ explanation }) => explanation),
        options.headings,
      ),
    );
  } else {
    const isJson = options.output === 'json';
    const texts = explanations.map(({ explanation }) => (isJson ? json(explanation) : yaml(explanation)));
    run.stdout.write(texts.join(isJson ? '' : '---\n'));
  }
  const oldest = oldestOffline(run, judgements, state);
  run.stderr.write(coverageLine(coverage(judgements, state), judgements.length, state.newsFaults, oldest));
  return notFound ? 1 : 0;
}
