import { searchWords } from './search-words.ts';

/**
 * Words of a question that are not part of a name, in the languages that most people write, with the compounds and forms
 * that stand beside a name. One line per language.
 */
const FILLERS = `
  a an and any are at by default do does find for from get give have how i in is it its list look me my need number numbers
  of on open or please port portnumber ports should standard tell that the there this to use used uses using usual usually
  want well known what whats when where which who with you
  端口 端口号 默认 默认端口 默认端口号 的 是 什么 是什么 多少 是多少 哪个 使用 用 用的 号 连接埠 連接埠 埠 埠號 預設 通訊埠 端口是 端口是多少
  puerto puertos predeterminado defecto por numero de del el la los las que cual es usa utiliza para
  पोर्ट का की के क्या है नंबर डिफ़ॉल्ट कौन सा
  منفذ المنفذ منافذ بورت رقم الافتراضي افتراضي ما هو هي في
  পোর্ট পোর্টের নম্বর কী কত ডিফল্ট
  porta portas padrao do da dos das o os qual e numero para usado usada
  порт порта порты портов порту номер какой какие по умолчанию стандартный для использует у на
  ポート ポート番号 番号 デフォルト の は 既定 標準 何番 使用
  standardport standardports portnummer portnummern standard standardmassig welcher welchen welches der die das den fur von
  ist benutzt verwendet nutzt hat
  par defaut le les du des quel quelle est pour numero utilise utilisee sur
  포트 포트는 포트번호 번호 기본 기본포트 의 는 은 무엇
  portu portlari portunu varsayilan numarasi hangi nedir baglanti noktasi icin
  cong mac dinh cua la so
  predefinita predefinito il lo di quale per usa numero
  domyslny port portu porty numer jaki dla
  порти який номер за замовчуванням стандартний
  poort poorten poortnummer standaardpoort standaard welke van voor het een
  bawaan nomor apa yang untuk
  پورت درگاه شماره پیش فرض چیست
  vychozi cislo jaky cislo pro
  standardporten porten portnummer vilken for
  θυρα θυρες προεπιλεγμενη
  פורט ברירת מחדל
  พอร์ต`;

/** Words that many names contain: a question without them may mean the same service. */
const GENERIC = `
  server servers service services protocol protocols daemon client clients agent web webui ui gui dashboard api interface
  admin administration administrator management manager console panel portal db database app application software program
  system network connection connections access http https tcp udp site page frontend backend listener host node cluster
  secure security over via basic main local servidor servicio serveur serwer сервер サーバー サーバ 서버 服务器 服務器
  sunucu datenbank base banco
`;

const FILLER_WORDS: ReadonlySet<string> = new Set(searchWords(FILLERS));
const GENERIC_WORDS: ReadonlySet<string> = new Set(searchWords(GENERIC));

/** Fillers of scripts without blanks between words, the longest first. */
const JOINED_FILLERS = [...FILLER_WORDS]
  .filter((word) => /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/u.test(word) && word.length > 1)
  .sort((a, b) => b.length - a.length);

/**
 * Returns whether a word of a question is not part of a name, such as `port` or `default`.
 *
 * @param word - A word, from `searchWords`.
 */
export function isFillerWord(word: string): boolean {
  return FILLER_WORDS.has(word);
}

/**
 * Returns whether many names contain a word, such as `server`.
 *
 * @param word - A word, from `searchWords`.
 */
export function isGenericWord(word: string): boolean {
  return GENERIC_WORDS.has(word);
}

/**
 * Removes fillers from within a word of a script without blanks between words.
 *
 * @param word - A word, from `searchWords`.
 * @returns The parts that remain.
 */
export function withoutJoinedFillers(word: string): string[] {
  let parts = [word];
  for (const filler of JOINED_FILLERS) parts = parts.flatMap((part) => part.split(filler));
  return parts.filter((part) => part !== '' && !isFillerWord(part));
}
