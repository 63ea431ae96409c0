/** Which of the pack's languages a reader gets: what he chose now, what he chose before, what his browser asks for. */
import type { CountryPack } from '../config/country.ts'

export interface Wishes {
  readonly query: string | undefined
  readonly cookie: string | undefined
  readonly acceptLanguage: string | undefined
}

export function chooseLanguage(languages: CountryPack['languages'], wishes: Wishes): string {
  const tags = languages.map(({ tag }) => tag)
  const asked = [wishes.query, wishes.cookie, ...accepted(wishes.acceptLanguage ?? '')]
  for (const wish of asked) {
    const found =
      tags.find((tag) => tag === wish) ?? tags.find((tag) => tag === wish?.split('-')[0])
    if (found !== undefined) return found
  }
  return tags[0] ?? 'en'
}

/** RFC 9110 §12.5.4, best first; at most ten are looked at. */
const accepted = (header: string): string[] =>
  header
    .split(',', 10)
    .map((part) => {
      const [tag = '', quality] = part.trim().split(/\s*;\s*q=/)
      return { tag: tag.toLowerCase(), quality: quality === undefined ? 1 : Number(quality) || 0 }
    })
    .filter(({ quality }) => quality > 0)
    .sort((a, b) => b.quality - a.quality)
    .map(({ tag }) => tag)
