/**
 * For `node --import`: compiled modules and TypeScript without its types are kept from one start to the next, which spares
 * a third of it. In a folder of our own: who may write into the system's folder for temporary files could plant code.
 */
import { enableCompileCache } from 'node:module'
import { fileURLToPath } from 'node:url'

enableCompileCache(fileURLToPath(new URL('../node_modules/.cache/compile', import.meta.url)))
