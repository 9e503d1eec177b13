import { type DynamicModule, Global, Module } from '@nestjs/common';
import { ContactsController } from './contacts.controller.js';
import { ContactsRepository } from './contacts.repository.js';
import { PutContact } from './put-contact.js';
import { ReencryptSecrets } from './reencrypt-secrets.js';
import { RemoveContact } from './remove-contact.js';
import { ENCRYPTION_KEYS, SecretCipher } from './secret-cipher.js';

@Global()
@Module({})
export class ContactsModule {
  /** @param encryptionKeys for the secrets of webhooks: the first encrypts, each may decrypt */
  static forRoot(encryptionKeys: readonly string[]): DynamicModule {
    return {
      module: ContactsModule,
      controllers: [ContactsController],
      providers: [
        { provide: ENCRYPTION_KEYS, useValue: encryptionKeys },
        ContactsRepository,
        PutContact,
        ReencryptSecrets,
        RemoveContact,
        SecretCipher,
      ],
      exports: [ContactsRepository],
    };
  }
}
