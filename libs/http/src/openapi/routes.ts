import { type INestApplication, RequestMethod } from '@nestjs/common';
import { METHOD_METADATA, PATH_METADATA, ROUTE_ARGS_METADATA, RouteParamtypes } from '@nestjs/common/internal';
import { MetadataScanner, ModulesContainer } from '@nestjs/core';

type Class = new () => object;

/** A route of a controller, with the classes that its requests are checked against. */
export interface Route {
  /** In lower case, as in OpenAPI. */
  readonly method: string;
  /** As in OpenAPI: `/orders/{orderId}`. */
  readonly path: string;
  readonly body?: Class;
  readonly query?: Class;
  readonly parameters?: Class;
}

/** The routes of all controllers. */
export function routesOf(app: INestApplication): Route[] {
  const controllers = [...app.get(ModulesContainer).values()].flatMap(({ controllers }) => [...controllers.values()]);
  return controllers.flatMap(({ metatype }) => routesIn(metatype as Class));
}

function routesIn(controller: Class): Route[] {
  const prototype = controller.prototype as Record<string, object>;
  return new MetadataScanner().getAllMethodNames(prototype).flatMap((name) => {
    const method = Reflect.getMetadata(METHOD_METADATA, prototype[name] as object) as RequestMethod | undefined;
    if (method === undefined) return [];
    const paths = [controller, prototype[name] as object].map((each) =>
      String(Reflect.getMetadata(PATH_METADATA, each)),
    );
    const path = paths.flatMap((each) => each.split('/').filter(Boolean)).join('/');
    return {
      method: RequestMethod[method].toLowerCase(),
      path: `/${path.replace(/:(\w+)/g, '{$1}')}`,
      ...classesOf(controller, name),
    };
  });
}

/** The classes of whole bodies, queries and paths; a handler may take a single parameter of a path without a class. */
function classesOf(controller: Class, handler: string): Pick<Route, 'body' | 'query' | 'parameters'> {
  const types = Reflect.getMetadata('design:paramtypes', controller.prototype as object, handler) as Class[];
  const taken = (Reflect.getMetadata(ROUTE_ARGS_METADATA, controller, handler) ?? {}) as Record<
    string,
    { index: number; data?: unknown }
  >;
  const classOf = (kind: RouteParamtypes) =>
    Object.entries(taken).flatMap(([key, { index, data }]) =>
      data === undefined && key.split(':', 1)[0] === String(kind) ? (types[index] ?? []) : [],
    )[0];
  const [body, query, parameters] = [RouteParamtypes.BODY, RouteParamtypes.QUERY, RouteParamtypes.PARAM].map(classOf);
  return { ...(body && { body }), ...(query && { query }), ...(parameters && { parameters }) };
}
