import { Failure } from './failure.mjs';
import { isPortFree } from './ports.mjs';

/**
 * @param {Pick<ReturnType<typeof import('./environment.mjs').planStack>, 'kafkaPort' | 'postgresPort' | 'mail' | 'issuer' | 'services'>} plan
 * @throws {Failure} that names the first port that is taken and the variable that moves it
 */
export async function assertPortsAreFree({ kafkaPort, postgresPort, mail, issuer, services }) {
  const users = [
    { name: 'Kafka', port: kafkaPort, variable: 'KAFKA_PORT' },
    { name: 'Postgres', port: postgresPort, variable: 'POSTGRES_PORT' },
    { name: 'the mail catcher', port: mail?.smtpPort, variable: 'SMTP_PORT' },
    { name: 'the page of the mail catcher', port: mail?.pagePort, variable: 'MAIL_PAGE_PORT' },
    { name: 'the issuer', port: issuer?.port, variable: 'ISSUER_PORT' },
    ...services.map(({ name, port, prefix }) => ({ name, port, variable: `${prefix}PORT` })),
  ];
  for (const [index, { name, port, variable }] of users.entries()) {
    if (port === undefined) continue;
    const twin = users.slice(0, index).find((other) => other.port === port);
    if (twin) throw new Failure(`${twin.name} and ${name} cannot share port ${port}: set ${variable} to another one`);
    if (await isPortFree(port)) continue;
    throw new Failure(
      `Port ${port}, which ${name} needs, is taken: stop the program that has it, or set ${variable} to another one`,
    );
  }
}
