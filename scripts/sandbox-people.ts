/** The people of the sandbox. None of them lives; each tries another corner of the identity schema. */

export interface SandboxPerson {
  /** By ISO 639-2 code. */
  readonly names: Readonly<Record<string, string>>
  readonly dateOfBirth: string
  readonly gender: string
  readonly streets?: Readonly<Record<string, string>>
  readonly region?: string
  readonly city?: string
  readonly postalCode?: string
  readonly phone?: string
  readonly email?: string
  readonly preferredLang?: string
}

export const people: readonly SandboxPerson[] = [
  {
    names: { eng: 'Layla Mansour', fra: 'Leïla Mansour', ara: 'ليلى منصور' },
    dateOfBirth: '1990/03/27',
    gender: 'FLE',
    streets: { eng: '12 Lighthouse Street', fra: '12 rue du Phare', ara: '12 شارع المنارة' },
    region: 'COAST',
    city: 'PTAMB',
    postalCode: '1012',
    phone: '+999401000001',
    email: 'layla.mansour@example.org',
    preferredLang: 'eng',
  },
  {
    names: { eng: 'Youssef Amrani', fra: 'Youssef Amrani', ara: 'يوسف عمراني' },
    dateOfBirth: '1985/11/02',
    gender: 'MLE',
    streets: { eng: '4 Mill Lane', fra: '4 chemin du Moulin', ara: '4 درب الطاحونة' },
    region: 'VALE',
    city: 'OLDBR',
    postalCode: '3104',
    phone: '+999401000002',
    email: 'youssef.amrani@example.org',
    preferredLang: 'ara',
  },
  {
    names: { eng: 'Camille Durandel', fra: 'Camille Durandel', ara: 'كاميّ دورانديل' },
    dateOfBirth: '1998/07/14',
    gender: 'OTH',
    streets: { eng: '77 Cedar Walk', fra: '77 allée des Cèdres', ara: '77 ممشى الأرز' },
    region: 'HIGH',
    city: 'KASBA',
    postalCode: '5077',
    phone: '+999401000003',
    email: 'camille.durandel@example.org',
    preferredLang: 'fra',
  },
  {
    names: { eng: 'Omar Haddad', ara: 'عمر حداد' },
    dateOfBirth: '1962/01/30',
    gender: 'MLE',
    region: 'COAST',
    city: 'SILLA',
    phone: '+999401000004',
    preferredLang: 'ara',
  },
  {
    names: { eng: 'Grace Okonda', fra: 'Grâce Okonda', ara: 'غريس أوكوندا' },
    dateOfBirth: '2003/09/09',
    gender: 'FLE',
    streets: { eng: '3 Ferry Steps', fra: '3 escaliers du Bac', ara: '3 درج العبّارة' },
    region: 'ISLES',
    city: 'LANTN',
    postalCode: '7003',
    email: 'grace.okonda@example.org',
    preferredLang: 'eng',
  },
  {
    names: { eng: 'Rania Selmane', fra: 'Rania Selmane', ara: 'رانية سلمان' },
    dateOfBirth: '1977/05/18',
    gender: 'FLE',
    streets: { eng: '21 Market Square', fra: '21 place du Marché', ara: '21 ساحة السوق' },
    region: 'VALE',
    city: 'TARIS',
    postalCode: '3221',
    phone: '+999401000006',
    email: 'rania.selmane@example.org',
    preferredLang: 'fra',
  },
  {
    // Born in a year whose month nobody wrote down: registered as the first of January.
    names: { eng: 'Bachir', ara: 'بشير' },
    dateOfBirth: '1948/01/01',
    gender: 'MLE',
    region: 'HIGH',
    city: 'NIMRA',
    phone: '+999401000007',
    preferredLang: 'ara',
  },
  {
    names: {
      eng: "Noor-Élise O'Brannach de la Vallée",
      fra: 'Noor-Élise O’Brannach de la Vallée',
      ara: 'نور إليز أوبراناخ دو لا فاليه',
    },
    dateOfBirth: '2008/02/29',
    gender: 'FLE',
    streets: {
      eng: '150 Quay of the Salt Merchants',
      fra: '150 quai des Marchands de sel',
      ara: '150 رصيف تجار الملح',
    },
    region: 'COAST',
    city: 'MERIN',
    postalCode: '1150',
    phone: '+999401000008',
    email: 'noor.obrannach@example.org',
    preferredLang: 'fra',
  },
]
