import fc from 'fast-check'
import { expect, test } from 'vitest'
import { languageOf } from './language.ts'

/** Short posts as people write them. */
const POSTS: Readonly<Record<string, readonly string[]>> = {
  en: [
    'good morning everyone',
    'just finished my first build of the node, works fine',
    'is anybody here still using this network?',
    'I think you should read the book before the film',
    'great news, the new version is out',
    'where can I find the source code',
  ],
  de: [
    'guten Morgen zusammen',
    'heute ist das Wetter wirklich schön',
    'ich habe keine Ahnung was das soll',
    'wer liest das hier eigentlich noch?',
    'die neue Version läuft endlich ohne Fehler',
    'danke fürs Folgen',
  ],
  fr: [
    'bonjour à tous',
    'je ne comprends pas ce qui se passe',
    "quelqu'un utilise encore ce réseau ?",
    'la nouvelle version est sortie hier',
    'merci de me suivre',
    "il fait très beau aujourd'hui",
  ],
  es: [
    'buenos días a todos',
    'no entiendo lo que pasa aquí',
    '¿alguien usa todavía esta red?',
    'la nueva versión ya está disponible',
    'gracias por seguirme',
    'hoy hace mucho calor en la ciudad',
  ],
  pt: [
    'bom dia a todos',
    'não entendo o que está acontecendo',
    'alguém ainda usa esta rede?',
    'a nova versão já está disponível',
    'obrigado por me seguir',
    'hoje está muito quente na cidade',
  ],
  it: [
    'buongiorno a tutti',
    'non capisco cosa sta succedendo',
    'qualcuno usa ancora questa rete?',
    'la nuova versione è finalmente uscita',
    'grazie per avermi seguito',
    'oggi fa molto caldo in città',
  ],
  nl: [
    'goedemorgen allemaal',
    'ik begrijp niet wat er gebeurt',
    'gebruikt iemand dit netwerk nog?',
    'de nieuwe versie is eindelijk uit',
    'bedankt voor het volgen',
    'het is vandaag erg warm in de stad',
  ],
  sv: [
    'god morgon allihopa',
    'jag förstår inte vad som händer',
    'är det någon som fortfarande använder nätverket?',
    'den nya versionen är äntligen ute',
    'tack för att du följer mig',
    'det är mycket varmt i staden idag',
  ],
  pl: [
    'dzień dobry wszystkim',
    'nie rozumiem co się dzieje',
    'czy ktoś jeszcze używa tej sieci?',
    'nowa wersja jest już dostępna',
    'dziękuję za obserwowanie',
    'dzisiaj jest bardzo ciepło w mieście',
  ],
  tr: [
    'herkese günaydın',
    'ne olduğunu anlamıyorum',
    'bu ağı hâlâ kullanan var mı?',
    'yeni sürüm sonunda çıktı',
    'takip ettiğiniz için teşekkürler',
    'bugün şehirde hava çok sıcak',
  ],
  ru: [
    'всем доброе утро',
    'я не понимаю что происходит',
    'кто-нибудь ещё пользуется этой сетью?',
    'новая версия наконец вышла',
    'спасибо что подписались',
    'сегодня в городе очень жарко',
  ],
  uk: [
    'усім доброго ранку',
    'я не розумію що відбувається',
    'хтось ще користується цією мережею?',
    'нова версія нарешті вийшла',
    'дякую що підписалися',
    'сьогодні у місті дуже спекотно',
  ],
  bg: [
    'добро утро на всички',
    'не разбирам какво се случва',
    'някой използва ли още тази мрежа?',
    'новата версия най-после излезе',
    'благодаря че ме следвате',
    'днес в града е много горещо',
  ],
  el: ['καλημέρα σε όλους', 'δεν καταλαβαίνω τι συμβαίνει', 'ευχαριστώ', 'η νέα έκδοση βγήκε επιτέλους'],
  ar: [
    'صباح الخير للجميع',
    'لا أفهم ما الذي يحدث',
    'هل ما زال أحد يستخدم هذه الشبكة؟',
    'صدرت النسخة الجديدة أخيرا',
    'شكرا على المتابعة',
    'الجو حار جدا اليوم في المدينة',
  ],
  fa: [
    'صبح همه بخیر',
    'نمی‌فهمم چه اتفاقی می‌افتد',
    'کسی هنوز از این شبکه استفاده می‌کند؟',
    'نسخه جدید بالاخره منتشر شد',
    'ممنون که دنبال می‌کنید',
    'امروز هوا در شهر خیلی گرم است',
  ],
  he: ['בוקר טוב לכולם', 'אני לא מבין מה קורה', 'תודה'],
  hi: ['सभी को सुप्रभात', 'मुझे समझ नहीं आ रहा कि क्या हो रहा है', 'नया संस्करण आखिर आ गया'],
  th: ['สวัสดีตอนเช้าทุกคน', 'ฉันไม่เข้าใจว่าเกิดอะไรขึ้น'],
  ko: ['여러분 좋은 아침입니다', '무슨 일인지 모르겠어요', '감사합니다'],
  ja: [
    'みなさんおはようございます',
    '何が起きているのか分かりません',
    '港の風が変わった。夕方には北西。',
    'ありがとう',
    '東京は今日も暑い',
  ],
  zh: [
    '大家早上好',
    '我不明白发生了什么',
    '还有人在用这个网络吗',
    '新版本终于发布了',
    '谢谢关注',
    '我們需要更多的自由',
  ],
  fi: [
    'hyvää huomenta kaikille',
    'en ymmärrä mitä tapahtuu',
    'käyttääkö kukaan enää tätä verkkoa?',
    'uusi versio on vihdoin julkaistu',
  ],
  cs: ['dobré ráno všem', 'nerozumím tomu co se děje', 'používá ještě někdo tuto síť?', 'nová verze je konečně venku'],
  hu: [
    'jó reggelt mindenkinek',
    'nem értem mi történik',
    'használja még valaki ezt a hálózatot?',
    'végre megjelent az új verzió',
  ],
  ro: [
    'bună dimineața tuturor',
    'nu înțeleg ce se întâmplă',
    'mai folosește cineva această rețea?',
    'noua versiune a apărut în sfârșit',
  ],
  vi: ['chào buổi sáng mọi người', 'tôi không hiểu chuyện gì đang xảy ra', 'phiên bản mới cuối cùng đã ra mắt'],
  da: [
    'godmorgen alle sammen',
    'jeg forstår ikke hvad der sker',
    'er der nogen der stadig bruger netværket?',
    'den nye version er endelig ude',
  ],
}

test('short posts in many languages and scripts are told apart', () => {
  for (const [lang, texts] of Object.entries(POSTS)) {
    expect(texts.map((text) => [text, languageOf(text)])).toEqual(texts.map((text) => [text, lang]))
  }
})

test('what cannot be told is undefined', () => {
  const unsure = [
    '',
    'lol',
    'hmm',
    'ok',
    '...',
    '123 456',
    'xD',
    '+1',
    'haha',
    'test',
    'asdf qwer',
    '👍👍',
    'v0.9.38',
    '漢字',
    '(1/2)',
  ]
  expect(unsure.filter((text) => languageOf(text) !== undefined)).toEqual([])
})

test('links, mentions, tags and short links are not text', () => {
  expect(
    languageOf('@the #und http://example.com/der/die/das/ist/nicht twist:AAAAAAAAAAA= who@is.here'),
  ).toBeUndefined()
  expect(languageOf('RT @bob #windlog la nueva versión ya está disponible http://a.example/the-new-version')).toBe('es')
})

test('a few words of another script do not outweigh the rest', () => {
  expect(languageOf('明天 please have a look at the new commits, everybody')).toBe('en')
  expect(languageOf('おはよう github の commit を見てください')).toBe('ja')
})

test('any text has a language of two letters or none', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
      expect(languageOf(text) ?? 'en').toMatch(/^[a-z]{2}$/)
    }),
    { numRuns: 300 },
  )
})
