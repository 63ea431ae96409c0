/** Why a log, a receipt or the command line is refused; the message is the sentence that the user reads. */
export class Refusal extends Error {
  override name = 'Refusal'
}

export const refuse = (sentence: string): never => {
  throw new Refusal(sentence)
}
