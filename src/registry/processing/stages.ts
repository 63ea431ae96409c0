/** The path of an enrolment packet. The table is the flow: read it top to bottom. */
import type { Step } from './step.ts'
import { adjudicate } from './steps/adjudicate.ts'
import { assessQuality } from './steps/assess-quality.ts'
import { assignUin } from './steps/assign-uin.ts'
import { dedupeBiometrics } from './steps/dedupe-biometrics.ts'
import { dedupeDemographics } from './steps/dedupe-demographics.ts'
import { validateFields } from './steps/validate-fields.ts'
import { verifySeal } from './steps/verify-seal.ts'

export type StageName =
  | 'verify-seal'
  | 'validate-fields'
  | 'assess-quality'
  | 'dedupe-demographics'
  | 'dedupe-biometrics'
  | 'adjudicate'
  | 'assign-uin'
export type End = 'done' | 'rejected'
interface Stage<Outcome extends string> {
  readonly run: Step<Outcome>
  /** Every outcome of the step, and where it leads; one that is missing does not compile. */
  readonly on: { readonly [outcome in Outcome]: StageName | End }
}

const stage = <Outcome extends string>(
  run: Step<Outcome>,
  on: Stage<Outcome>['on'],
): Stage<Outcome> => ({ run, on })

export const firstStage: StageName = 'verify-seal'

/** Held: a packet with the same demographics came first and has not been compared yet. */
export const stages = {
  'verify-seal': stage(verifySeal, {
    intact: 'validate-fields',
    broken: 'rejected',
  }),
  'validate-fields': stage(validateFields, {
    valid: 'assess-quality',
    invalid: 'rejected',
  }),
  'assess-quality': stage(assessQuality, {
    good: 'dedupe-demographics',
    poor: 'rejected',
    unusable: 'rejected',
  }),
  'dedupe-demographics': stage(dedupeDemographics, {
    unique: 'dedupe-biometrics',
    suspect: 'dedupe-biometrics',
    held: 'dedupe-demographics',
  }),
  'dedupe-biometrics': stage(dedupeBiometrics, {
    unique: 'assign-uin',
    suspect: 'adjudicate',
    candidates: 'adjudicate',
    unusable: 'rejected',
  }),
  adjudicate: stage(adjudicate, {
    open: 'adjudicate',
    unique: 'assign-uin',
    duplicate: 'rejected',
  }),
  'assign-uin': stage(assignUin, {
    assigned: 'done',
    taken: 'assign-uin',
  }),
} as const satisfies { readonly [name in StageName]: unknown }

/** The step of a stage and where its outcomes lead, with the outcomes' names forgotten: what the worker needs. */
export function stageOf(name: string): Stage<string> | undefined {
  return Object.hasOwn(stages, name)
    ? (stages[name as StageName] as unknown as Stage<string>)
    : undefined
}
