import 'reflect-metadata';

export interface VariableOptions {
  /** What the variable sets, with its unit; the configuration table in the docs shows the same text. */
  readonly description: string;
  /** A secret can also come from a file named by `<NAME>_FILE`, and is never printed. */
  readonly secret?: boolean;
}

export interface Variable extends VariableOptions {
  readonly name: string;
  readonly property: string;
  readonly type: 'string' | 'number' | 'boolean' | 'list';
}

const VARIABLES = Symbol('variables');

/**
 * Fills a property of a configuration class from the environment variable `name`, converted to the property's declared
 * type, which must be explicit (`string`, `number`, `boolean`, or `string[]` from a comma-separated list). A property with an
 * initial value is optional. The class-validator decorators beside this one restrict its values.
 */
export function Variable(name: string, options: VariableOptions): PropertyDecorator {
  return (target, property) => {
    const declared: unknown = Reflect.getMetadata('design:type', target, property);
    const type =
      declared === Number ? 'number' : declared === Boolean ? 'boolean' : declared === Array ? 'list' : 'string';
    const own = variablesOf(target.constructor as new () => object);
    Reflect.defineMetadata(
      VARIABLES,
      [...own, { ...options, name, property: String(property), type }],
      target.constructor,
    );
  };
}

/** Every variable of a configuration class, those of its base classes first. */
export function variablesOf(shape: new () => object): readonly Variable[] {
  return (Reflect.getMetadata(VARIABLES, shape) as readonly Variable[] | undefined) ?? [];
}
