/** The mark: a plain stone block under a line. */
export const favicon = (accent: string): string =>
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><path fill="${accent}" d="M4 6h24v3H4z"/>` +
  `<path fill="#16242e" d="M7 13h18v13H7z"/></svg>`
