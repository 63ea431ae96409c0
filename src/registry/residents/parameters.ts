/** The kind of VID that a person gets with his UIN: MOSIP's, without an end. A pack has it (`vid-policies.json`). */
export const PERPETUAL = 'Perpetual'
