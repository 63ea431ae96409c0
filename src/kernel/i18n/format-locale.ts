/**
 * Which conventions dates and numbers follow. CLDR reads a bare `en` as American; a country that says no more than
 * "English" is told the day before the month and a clock of 24 hours.
 */
export const formatLocale = (language: string): string => (language === 'en' ? 'en-GB' : language)
