/** The part of JSON Schema draft-07 that the derivation uses. */
export interface JsonSchema {
  $schema?: string;
  /** Names of the rules that JSON Schema cannot express. */
  $comment?: string;
  $ref?: string;
  title?: string;
  description?: string;
  default?: unknown;
  examples?: unknown[];
  type?: string | string[];
  properties?: Record<string, JsonSchema>;
  required?: string[];
  additionalProperties?: boolean;
  items?: JsonSchema;
  enum?: unknown[];
  const?: unknown;
  not?: JsonSchema;
  allOf?: JsonSchema[];
  anyOf?: JsonSchema[];
  /** Not checked: a rule checks what it stands for. */
  format?: string;
  pattern?: string;
  minimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
  minItems?: number;
  maxItems?: number;
  uniqueItems?: boolean;
}

/** The schema for checking, in which each rule is a keyword of its own. */
export interface CheckedSchema extends JsonSchema {
  /** The messages of decorators, by keyword. */
  messages?: Record<string, string>;
  allOf?: CheckedSchema[];
  [rule: string]: unknown;
}
