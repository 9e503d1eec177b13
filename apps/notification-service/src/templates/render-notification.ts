import { Injectable } from '@nestjs/common';
import type { Language } from '../contacts/contact.js';
import { composeNotification, type Occasion } from '../notifications/domain/compose-notification.js';
import type { Channel } from '../notifications/notification.js';
import { NotificationTemplates } from './notification-templates.js';
import type { RenderedNotification } from './rendered-notification.js';
import { subjectOf } from './subject.js';
import { webhookMessage } from './webhook-message.js';

export interface NotificationFacts {
  readonly notificationId: string;
  /** RFC 3339, of the event. */
  readonly happenedAt: string;
}

@Injectable()
export class RenderNotification {
  private readonly templates = new NotificationTemplates();

  /** The log is for operators, so its texts are English whatever the language. */
  execute(occasion: Occasion, channel: Channel, language: Language, facts: NotificationFacts): RenderedNotification {
    switch (channel) {
      case 'log':
        return logText(occasion);
      case 'email': {
        const text = this.templates.renderText(occasion, language);
        return { ...text, content: this.templates.renderHtml(occasion, language, text.subject) };
      }
      case 'webhook': {
        const text = this.templates.renderText(occasion, language);
        return { ...text, content: JSON.stringify(webhookMessage(occasion, text, facts)) };
      }
    }
  }
}

/** Most orders have no contact: these texts are compiled by hand, because a template costs a hundred times as much (ADR 0031). */
function logText(occasion: Occasion): RenderedNotification {
  const { subject, body } = composeNotification(occasion);
  return { subject: subjectOf(subject), body, content: null };
}
