import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Liquid, type Template } from 'liquidjs';
import { LANGUAGES, type Language } from '../contacts/contact.js';
import type { NotificationType, Occasion } from '../notifications/domain/compose-notification.js';
import { NOTIFICATION_TYPES } from '../notifications/notification.js';
import { factsOf, SAMPLES } from './occasion-facts.js';
import { subjectOf } from './subject.js';

const FOLDER = new URL('../../templates/', import.meta.url);

interface Message {
  readonly subject: Template[];
  readonly text: Template[];
  readonly html: Template[];
}

/**
 * The texts for customers: `templates/<language>/<type>.txt.liquid`, which begins with the subject, and `.html.liquid` for e-mail.
 * In HTML, whatever a template inserts is escaped.
 */
export class NotificationTemplates {
  private readonly messages = new Map<string, Message>();
  private readonly text: Liquid;
  private readonly html: Liquid;

  /**
   * Compiles all templates and tries each with samples.
   * @throws if one is missing or broken; the message is one line that names it
   */
  constructor(private readonly folder: URL = FOLDER) {
    const options = {
      root: fileURLToPath(folder),
      relativeReference: false,
      cache: true,
      strictVariables: true,
      strictFilters: true,
      ownPropertyOnly: true,
    };
    this.text = new Liquid({ ...options, extname: '.txt.liquid' });
    this.html = new Liquid({ ...options, extname: '.html.liquid', outputEscape: 'escape' });
    for (const language of LANGUAGES) for (const type of NOTIFICATION_TYPES) this.compile(language, type);
    for (const language of LANGUAGES) for (const occasion of SAMPLES) this.tryWith(occasion, language);
  }

  renderText(occasion: Occasion, language: Language): { subject: string; body: string } {
    const facts = factsOf(occasion, language);
    const { subject, text } = this.messageFor(language, occasion.type);
    return {
      subject: subjectOf(this.text.renderSync(subject, facts) as string),
      body: (this.text.renderSync(text, facts) as string).trim(),
    };
  }

  /** A document for e-mail. */
  renderHtml(occasion: Occasion, language: Language, subject: string): string {
    const facts = { ...factsOf(occasion, language), subject };
    return this.html.renderSync(this.messageFor(language, occasion.type).html, facts) as string;
  }

  private messageFor(language: Language, type: NotificationType): Message {
    const message = this.messages.get(nameOf(language, type));
    if (!message) throw new Error(`There is no template for ${type} in ${language}`);
    return message;
  }

  private compile(language: Language, type: NotificationType): void {
    const name = nameOf(language, type);
    const text = `${name}.txt.liquid`;
    const html = `${name}.html.liquid`;
    this.messages.set(name, {
      ...naming(text, () => {
        const [subject = '', ...body] = this.read(text).split('\n\n');
        if (body.length === 0) throw new Error('it needs a subject, an empty line and a text');
        return { subject: this.text.parse(subject), text: this.text.parse(body.join('\n\n')) };
      }),
      html: naming(html, () => this.html.parse(this.read(html))),
    });
  }

  private tryWith(occasion: Occasion, language: Language): void {
    const name = nameOf(language, occasion.type);
    const { subject } = naming(`${name}.txt.liquid`, () => this.renderText(occasion, language));
    naming(`${name}.html.liquid`, () => this.renderHtml(occasion, language, subject));
  }

  private read(file: string): string {
    return readFileSync(new URL(file, this.folder), 'utf8');
  }
}

const nameOf = (language: Language, type: NotificationType) => `${language}/${type.toLowerCase().replaceAll('_', '-')}`;

function naming<Result>(file: string, work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    const [reason] = (error as Error).message.split('\n');
    throw new Error(`The template ${file} is missing or broken: ${reason}`, { cause: error });
  }
}
