/** JSON Schema as data; compiled by ajv where it is used. */
export type JsonSchema = { readonly [keyword: string]: unknown }
