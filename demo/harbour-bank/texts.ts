/** The bank's words. */
import type { Context } from 'koa'

export const languages = { en: 'English', fr: 'Français', ar: 'العربية' } as const
export type Language = keyof typeof languages

export const texts = {
  en: {
    tagline: 'A safe harbour since 1887',
    lead: 'Open an account in two minutes, without paper.',
    login: 'Log in with your national ID',
    promise: 'We learn what you choose to share, and never your identity number.',
    welcome: 'Welcome,',
    confirmed: 'Confirmed by the national identity service',
    balance: 'Current account',
    transfer: 'Send 250.00 to the landlord',
    transferHint: 'Sending money asks for a passkey.',
    logout: 'Log out',
    transferred: 'Sent. Your landlord has the money.',
    'passkey-needed': 'Nothing was sent: this needs a passkey. Add one in “My identity”.',
    cancelled: 'You cancelled. Nothing was shared with us.',
    failed: 'The login did not work. Try again.',
    notFound: 'There is no such page.',
    how: 'How you signed in',
    language: 'Language',
    name: 'Name',
    birthdate: 'Date of birth',
    email: 'E-mail address',
    phone_number: 'Phone number',
    sub: 'Your number at our bank',
  },
  fr: {
    tagline: 'Un port sûr depuis 1887',
    lead: 'Ouvrez un compte en deux minutes, sans papier.',
    login: 'Se connecter avec son identité nationale',
    promise: 'Nous apprenons ce que vous choisissez, et jamais votre numéro d’identité.',
    welcome: 'Bienvenue,',
    confirmed: 'Confirmé par le service national d’identité',
    balance: 'Compte courant',
    transfer: 'Envoyer 250,00 au propriétaire',
    transferHint: 'Un virement demande une clé d’accès.',
    logout: 'Se déconnecter',
    transferred: 'Envoyé. Votre propriétaire a reçu l’argent.',
    'passkey-needed':
      'Rien n’a été envoyé : il faut une clé d’accès. Ajoutez-en une dans « Mon identité ».',
    cancelled: 'Vous avez annulé. Rien ne nous a été transmis.',
    failed: 'La connexion n’a pas abouti. Réessayez.',
    notFound: 'Cette page n’existe pas.',
    how: 'Votre façon de vous connecter',
    language: 'Langue',
    name: 'Nom',
    birthdate: 'Date de naissance',
    email: 'Adresse e-mail',
    phone_number: 'Numéro de téléphone',
    sub: 'Votre numéro dans notre banque',
  },
  ar: {
    tagline: 'مرفأ آمن منذ 1887',
    lead: 'افتح حسابًا في دقيقتين من دون أوراق.',
    login: 'الدخول بالهوية الوطنية',
    promise: 'نعرف ما تختار مشاركته فقط، ولا نعرف رقم هويتك أبدًا.',
    welcome: 'أهلًا بك،',
    confirmed: 'مؤكد من خدمة الهوية الوطنية',
    balance: 'الحساب الجاري',
    transfer: 'أرسل 250.00 إلى المالك',
    transferHint: 'إرسال المال يتطلب مفتاح المرور.',
    logout: 'تسجيل الخروج',
    transferred: 'تم الإرسال. وصل المال إلى المالك.',
    'passkey-needed': 'لم يُرسل شيء: يلزم مفتاح المرور. أضف واحدًا في «هويتي».',
    cancelled: 'لقد ألغيت العملية. لم تتم مشاركة أي شيء معنا.',
    failed: 'لم ينجح الدخول. حاول مرة أخرى.',
    notFound: 'لا توجد صفحة كهذه.',
    how: 'كيف سجلت الدخول',
    language: 'اللغة',
    name: 'الاسم',
    birthdate: 'تاريخ الميلاد',
    email: 'البريد الإلكتروني',
    phone_number: 'رقم الهاتف',
    sub: 'رقمك في بنكنا',
  },
} as const satisfies Record<Language, Record<string, string>>

/** `?lang=`, which is then remembered; a former choice; the browser's wish. */
export function languageOf(ctx: Context): Language {
  const chosen = String(ctx.query.lang ?? '')
  if (isLanguage(chosen)) {
    ctx.cookies.set('harbour_lang', chosen, { sameSite: 'lax', path: '/' })
    return chosen
  }
  const known = ctx.cookies.get('harbour_lang') ?? ''
  const wished = ctx.acceptsLanguages(...Object.keys(languages)) || ''
  return [known, String(wished)].find(isLanguage) ?? 'en'
}
const isLanguage = (text: string): text is Language => Object.hasOwn(languages, text)
