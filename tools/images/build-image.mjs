import { cp, mkdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { runQuietly } from '../stack/command.mjs';
import { Failure } from '../stack/failure.mjs';

/**
 * @typedef {object} Stage an image under construction; it has nothing of what its base image brings
 * @property {string} folder stands for `/`
 * @property {string} workdir
 * @property {Record<string, string>} variables
 * @property {Record<string, string>} args
 * @property {string[]} [command]
 * @property {string[]} [healthcheck]
 *
 * @typedef {object} Options
 * @property {string} dockerfile
 * @property {string} context the folder that `COPY` copies from
 * @property {string} folder empty; each stage gets a folder in it
 * @property {NodeJS.ProcessEnv} environment of the commands
 * @property {Record<string, string>} args those of the build, which the stages declare by `ARG`
 *
 * @typedef {Options & { stages: Map<string, Stage>, baseImages: string[], stage: Stage }} Build
 */

/**
 * Does what a Dockerfile says in plain folders, with the tools of this machine instead of the base image's. It knows
 * what our Dockerfiles use and refuses the rest; what `RUN` does has to keep to relative paths.
 * @param {Options} options
 * @returns {Promise<{ image: Stage, leftovers: Stage[], baseImages: string[] }>} the last stage, the others, and from
 * what the first ones are
 * @throws {Failure} for a command that fails, with its output as `cause`
 */
export async function buildImage(options) {
  /** @type {Build} */
  const build = { ...options, stages: new Map(), baseImages: [], stage: newStage(options.folder) };
  for (const { name, text } of parse(await readFile(options.dockerfile, 'utf8'))) {
    const instruction = Object.hasOwn(INSTRUCTIONS, name) ? INSTRUCTIONS[name] : undefined;
    if (!instruction) throw new Failure(`${options.dockerfile}: ${name} is not known here`);
    await instruction(build, text);
  }
  const { stage: image, stages, baseImages } = build;
  return { image, leftovers: [...stages.values()].filter((stage) => stage !== image), baseImages };
}

/**
 * @param {Stage} stage
 * @param {string} file as the image names it
 */
export const inStage = (stage, file) => path.join(stage.folder, path.resolve(stage.workdir, file));

/** @param {string} folder @returns {Stage} */
const newStage = (folder) => ({ workdir: '/', variables: {}, args: {}, folder });

/** @type {Record<string, (build: Build, text: string) => void | Promise<void>>} */
const INSTRUCTIONS = {
  async FROM(build, text) {
    const [base = '', , name = 'image'] = text.split(/\s+/);
    const parent = build.stages.get(base);
    if (!parent) build.baseImages.push(base);
    build.stage = { ...newStage(''), ...parent, args: {}, folder: path.join(build.folder, name) };
    build.stages.set(name, build.stage);
    if (parent) await copy(parent.folder, build.stage.folder);
    else await mkdir(build.stage.folder);
  },
  async WORKDIR({ stage }, text) {
    stage.workdir = path.resolve(stage.workdir, expand(stage, text));
    await mkdir(inStage(stage, '.'), { recursive: true });
  },
  async COPY({ stage, stages, context }, text) {
    const [, name, rest = ''] = /** @type {RegExpMatchArray} */ (text.match(/^(?:--from=(\S+)\s+)?(.*)$/));
    const sources = rest.split(/\s+/);
    const target = sources.pop() ?? '';
    for (const source of sources) {
      const from = name ? inStage(/** @type {Stage} */ (stages.get(name)), source) : path.join(context, source);
      const isFileIntoFolder = target.endsWith('/') && (await stat(from)).isFile();
      await copy(from, inStage(stage, isFileIntoFolder ? path.join(target, path.basename(source)) : target));
    }
  },
  async RUN({ stage, environment }, text) {
    const script = text.replace(/^(--mount=\S+\s+)+/, '');
    await runQuietly('sh', ['-c', script], {
      cwd: inStage(stage, '.'),
      env: { ...environment, ...stage.args, ...stage.variables },
    });
  },
  ARG({ stage, args, dockerfile }, name) {
    const value = args[name];
    if (value === undefined) throw new Failure(`${dockerfile}: there is no argument ${name}`);
    stage.args[name] = value;
  },
  ENV({ stage }, text) {
    const pairs = expand(stage, text)
      .split(/\s+/)
      .map((pair) => /^([^=]*)=?(.*)$/.exec(pair)?.slice(1) ?? []);
    stage.variables = { ...stage.variables, ...Object.fromEntries(pairs) };
  },
  HEALTHCHECK({ stage }, text) {
    stage.healthcheck = JSON.parse(text.replace(/^.*?\bCMD\s+/, ''));
  },
  CMD({ stage }, text) {
    stage.command = JSON.parse(text);
  },
  EXPOSE() {},
  USER() {},
};

/** @param {Stage} stage @param {string} text with arguments and variables as `$NAME` */
const expand = ({ args, variables }, text) =>
  text.replaceAll(/\$(\w+)/g, (_, name) => variables[name] ?? args[name] ?? '');

/**
 * As Docker copies: of a folder its content, into what may be there already.
 * @param {string} source
 * @param {string} target
 */
const copy = (source, target) => cp(source, target, { recursive: true, verbatimSymlinks: true });

/**
 * @param {string} dockerfile
 * @returns {{ name: string, text: string }[]}
 */
function parse(dockerfile) {
  return dockerfile
    .replace(/^[ \t]*#.*\n/gm, '')
    .replace(/\\\n\s*/g, '')
    .split('\n')
    .filter((line) => line.trim())
    .map((line) => {
      const [name = ''] = line.split(/\s/, 1);
      return { name, text: line.slice(name.length).trim() };
    });
}
