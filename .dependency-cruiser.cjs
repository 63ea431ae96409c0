/** Directions of the house (design decision 10): kernel <- biometric-hub <- registry <- {idp, issuer} <- portals <- main. */
const may = {
  kernel: [],
  'biometric-hub': ['kernel'],
  registry: ['kernel', 'biometric-hub'],
  idp: ['kernel', 'biometric-hub', 'registry'],
  issuer: ['kernel', 'registry'],
  portals: ['kernel', 'biometric-hub', 'registry', 'idp', 'issuer'],
}
module.exports = {
  forbidden: [
    {
      name: 'no-circular',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    ...Object.entries(may).map(([part, allowed]) => ({
      name: `${part}-imports-only-downwards`,
      severity: 'error',
      from: { path: `^src/${part}/` },
      to: {
        path: '^(src|demo|bench|tools)/',
        pathNot: [part, ...allowed].map((name) => `^src/${name}/`),
      },
    })),
    ...Object.keys(may)
      .filter((part) => part !== 'kernel')
      .map((part) => ({
        name: `${part}-has-one-door`,
        severity: 'error',
        from: { path: '^src/', pathNot: `^src/${part}/` },
        to: { path: `^src/${part}/`, pathNot: `^src/${part}/index\\.ts$` },
      })),
    {
      name: 'verifier-shares-no-code',
      severity: 'error',
      from: { path: '^tools/' },
      to: { path: '^src/' },
    },
    {
      name: 'the-bank-is-a-stranger',
      severity: 'error',
      from: { path: '^demo/harbour-bank/' },
      to: { path: '^src/' },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      conditionNames: ['import', 'node', 'default'],
      exportsFields: ['exports'],
    },
  },
}
