export interface paths {
    "/log-level": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get the log level of this process */
        get: operations["getLogLevel"];
        /** Set the log level of this process, until it exits */
        put: operations["setLogLevel"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/health": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The status of the service and of each of its dependencies */
        get: operations["getHealth"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/health/ready": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether the service can take work */
        get: operations["getReadiness"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/health/live": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether the process works; an unavailable database or broker does not matter */
        get: operations["getLiveness"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** All metrics in Prometheus’ text format; docs/reference/metrics.md describes them */
        get: operations["getMetrics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/customers/{customerId}/erase": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Erase the personal data of a customer
         * @description Orders and stock keep their books, with a pseudonym instead of the customer’s id. While an erasure of the customer runs, this returns that one. Erase a customer in the order service first, and in each of the others when the one before is FINISHED.
         */
        post: operations["eraseCustomer"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/erasures/{erasureId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get how far an erasure is */
        get: operations["getErasure"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/customers/{customerId}/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Export everything that this service knows of a customer
         * @description A page may have fewer entries than `limit`, or none, although more follow: continue until `nextCursor` is null. What changes meanwhile may be missing, or come twice.
         */
        get: operations["exportCustomer"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/reservations/republish": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Publish the reply events of orders again; consumers drop those that they have handled */
        post: operations["republishReservations"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/reservations/{orderId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get the reservation of an order */
        get: operations["getReservation"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/inventory": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the stock, sorted by item id */
        get: operations["listItems"];
        put?: never;
        /** Add an item to the catalogue */
        post: operations["createItem"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/inventory/{itemId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get one item */
        get: operations["getItem"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /** Rename an item, or set its threshold */
        patch: operations["changeItem"];
        trace?: never;
    };
    "/inventory/{itemId}/movements": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the movements of an item, newest first; the sum of all is its `onHand` */
        get: operations["listMovements"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/inventory/{itemId}/adjustments": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Book pieces that arrive or leave without an order, such as a delivery or a stock-take */
        post: operations["adjustStock"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/dead-letters": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the messages that this service has parked, newest first
         * @description With a filter other than `status`, a request searches at most 1,000 messages. The page may then have fewer entries than `limit`, or none, although more follow: continue until `nextCursor` is null.
         */
        get: operations["listDeadLetters"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/dead-letters/audit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List what operators did with dead letters and rejected events, newest first */
        get: operations["listOperatorActs"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/dead-letters/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get one parked message with its value, headers, error stack and history
         * @description Value, headers and stack are null without the scope `payloads:read`.
         */
        get: operations["getDeadLetter"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/dead-letters/replay": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Replay every OPEN dead letter that matches a filter, or all of them, in steps of 1, 2, 5, 20, 50, 100 …
         * @description Replays in the order of keys, and stops at the first failure, which the response names. Each replay commits on its own: those before the failure remain.
         */
        post: operations["replayDeadLetters"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/dead-letters/{id}/replay": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Replay one dead letter with the current handler; the messages behind it follow
         * @description A dry run requires the scope `payloads:read` besides.
         */
        post: operations["replayDeadLetter"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/dead-letters/{id}/discard": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Discard a parked message for good; the messages behind it follow */
        post: operations["discardDeadLetter"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/outbox/rejected": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the events that Kafka rejects, oldest first; each holds back its key */
        get: operations["listRejectedEvents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/outbox/rejected/{position}/retry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Try a rejected event again at once; if Kafka accepts it, the events behind it follow */
        post: operations["retryRejectedEvent"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/outbox/rejected/{position}/discard": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Discard a rejected event for good; the events behind it are published */
        post: operations["discardRejectedEvent"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        LogLevelSetting: {
            /**
             * @description The least severe level that is logged
             * @enum {unknown}
             */
            level: "fatal" | "error" | "warn" | "log" | "debug" | "verbose";
        };
        EraseCustomerRequest: {
            /**
             * @description What takes the place of the id; the same in each service, so that their books stay connected. A new one unless given
             * @example erased-0b0e6d3e-8a49-4c53-9f0b-5d2f8f0f6a11
             */
            pseudonym?: string | null;
        };
        ErasedTableResponse: {
            table: string;
            /** @description The rows that were deleted or changed */
            rows: number;
        };
        ErasureResponse: {
            /** Format: uuid */
            erasureId: string;
            /** @description What takes the place of the customer’s id */
            pseudonym: string;
            /** @enum {string} */
            status: "RUNNING" | "FINISHED";
            /** @description So far */
            erased: components["schemas"]["ErasedTableResponse"][];
            /** Format: date-time */
            requestedAt: string;
            /** @description The subject of the token with which it was requested; null if the service authenticates nobody */
            requestedBy: string | null;
            /** Format: date-time */
            finishedAt: string | null;
        };
        ExportEntryResponse: {
            /**
             * @description What it is, such as `order`
             * @example order
             */
            kind: string;
            /** @description As it is stored, without secrets */
            data: {
                [key: string]: unknown;
            };
        };
        ExportResponse: {
            data: components["schemas"]["ExportEntryResponse"][];
            /** @description Null on the last page */
            nextCursor: string | null;
        };
        RepublishReservationsRequest: {
            /** @description `lastOrderId` of the previous response, to continue after it */
            after?: string | null;
            /**
             * Format: date-time
             * @description Decided or changed at this time or later
             * @example 2026-01-31T12:00:00Z
             */
            from: string;
            /**
             * Format: date-time
             * @description Decided or changed before this time; must be later than `from`
             * @example 2026-01-31T13:00:00Z
             */
            to: string;
        };
        RepublishedResponse: {
            orders: number;
            events: number;
            /** @description Whether more orders remain: send the request again with `after` */
            remaining: boolean;
            lastOrderId: string | null;
        };
        ReservedItemResponse: {
            itemId: string;
            quantity: number;
        };
        ShortageResponse: {
            itemId: string;
            requested: number;
            available: number;
        };
        ReservationResponse: {
            orderId: string;
            customerId: string;
            /**
             * @description HELD: the items are reserved. REJECTED: at least one item was short, so nothing was reserved. RELEASED: the order was cancelled, and nothing is reserved. DEDUCTED: the items have left the warehouse, or were cancelled after others had left. CANCELLED: the cancellation arrived before the order, and nothing will be reserved.
             * @enum {string}
             */
            status: "HELD" | "REJECTED" | "RELEASED" | "DEDUCTED" | "CANCELLED";
            /** @description The items of the order */
            items: components["schemas"]["ReservedItemResponse"][];
            /** @description Null unless a part was shipped. While HELD, what is left of the items; after that, what was cancelled instead of shipped */
            remaining: components["schemas"]["ReservedItemResponse"][] | null;
            /** @description How many shipments of a part were deducted */
            parts: number;
            /** @description The items that were short when the order was decided; null if it was not decided, or if an older version decided it */
            shortages: components["schemas"]["ShortageResponse"][] | null;
            /** Format: date-time */
            createdAt: string;
            /** Format: date-time */
            updatedAt: string;
        };
        ItemResponse: {
            itemId: string;
            name: string;
            /** @description Pieces in the warehouse */
            onHand: number;
            /** @description Pieces that are reserved for orders; `onHand` includes them */
            reserved: number;
            /** @description `onHand` minus `reserved` */
            available: number;
            lowStockThreshold: number;
            /** Format: date-time */
            updatedAt: string;
        };
        ChangeItemRequest: {
            /** @description If it is raised to `available` or above, `INVENTORY_LOW` is published. null leaves it as it is */
            lowStockThreshold?: number | null;
            /**
             * @description null leaves it as it is
             * @example Tea pot
             */
            name?: string | null;
        };
        CreateItemRequest: {
            /**
             * @description Not . or .., because a URL path cannot end with them
             * @example ITEM-006
             */
            itemId: string & unknown;
            /**
             * @description `INVENTORY_LOW` is published when `available` falls to this number
             * @default 10
             */
            lowStockThreshold?: number;
            /** @example Tea pot */
            name: string;
            /**
             * @description Initial stock in pieces
             * @default 0
             */
            onHand?: number;
        };
        MovementResponse: {
            /**
             * @description Rises with each movement of the item
             * @example 42
             */
            movementId: string;
            itemId: string;
            /** @description Pieces that arrived (positive) or left (negative) */
            delta: number;
            reason: string;
            /** @description The subject of the token with which it was booked; none if an order caused it */
            actor?: string;
            /** @description The order that the pieces left for */
            orderId?: string;
            /** Format: date-time */
            createdAt: string;
        };
        AdjustStockRequest: {
            /**
             * @description Pieces that arrived (positive) or left (negative)
             * @example -2
             */
            delta: number;
            /**
             * @description Without control characters
             * @example Broken in the warehouse
             */
            reason: string;
        };
        DeadLetterResponse: {
            /** Format: uuid */
            id: string;
            topic: string;
            partition: number;
            /** @description A 64-bit integer as text */
            offset: string;
            /**
             * Format: date-time
             * @description The timestamp of the message in Kafka
             */
            timestamp: string;
            key: string | null;
            /**
             * @description `base64` if the bytes are not UTF-8; null if there are none
             * @enum {string|null}
             */
            keyEncoding: "utf8" | "base64" | null;
            /** @description The header `ce_type` */
            eventType: string | null;
            /** @description The code of the last failure; null if it has not been tried */
            errorCode: string | null;
            errorMessage: string | null;
            /** @description Number of attempts */
            attempts: number;
            /**
             * @description RETRYING: the service retries it. OPEN: a dead letter, which waits for an operator. BLOCKED: waits behind an earlier message of its key. REPLAYED, DISCARDED: finished
             * @enum {string}
             */
            status: "RETRYING" | "OPEN" | "BLOCKED" | "REPLAYED" | "DISCARDED";
            /** Format: date-time */
            firstFailedAt: string | null;
            /** Format: date-time */
            lastFailedAt: string | null;
            /** Format: date-time */
            parkedAt: string;
        };
        DeadLetterPageResponse: {
            data: components["schemas"]["DeadLetterResponse"][];
            /** @description The `cursor` of the next page; null on the last page */
            nextCursor: string | null;
        };
        AuditResponse: {
            /** Format: uuid */
            id: string;
            /** Format: date-time */
            at: string;
            /** @enum {string} */
            act: "REPLAY" | "DISCARD" | "DRY_RUN" | "REPLAY_ALL" | "DISCARD_REJECTED" | "RETRY_REJECTED";
            /** @description The subject of the operator’s token; null if the service authenticates nobody */
            actor: string | null;
            /** @description Null for an act on many dead letters, or on a rejected event */
            deadLetterId: string | null;
            /** @enum {string} */
            outcome: "STARTED" | "DONE" | "FAILED" | "REFUSED";
            /** @description The reason given for a discard; otherwise why the act failed or was refused */
            reason: string | null;
            /** @description For DISCARD_REJECTED and RETRY_REJECTED, the event without its value; bytes that are not UTF-8 are `{ base64 }`, and `headers` is null without the scope `payloads:read`. For REPLAY_ALL, the filter and the counts */
            details: Record<string, never> | null;
        };
        AuditPageResponse: {
            data: components["schemas"]["AuditResponse"][];
            /** @description The `cursor` of the next page; null on the last page */
            nextCursor: string | null;
        };
        HeaderResponse: {
            name: string;
            value: string | null;
            /**
             * @description `base64` if the bytes are not UTF-8; null if there are none
             * @enum {string|null}
             */
            encoding: "utf8" | "base64" | null;
        };
        AttemptResponse: {
            /** Format: date-time */
            at: string;
            /** @enum {string} */
            by: "delivery" | "retry" | "replay";
            /** @description Null if the attempt succeeded */
            errorCode: string | null;
            errorMessage: string | null;
        };
        DeadLetterDetailsResponse: {
            /** Format: uuid */
            id: string;
            topic: string;
            partition: number;
            /** @description A 64-bit integer as text */
            offset: string;
            /**
             * Format: date-time
             * @description The timestamp of the message in Kafka
             */
            timestamp: string;
            key: string | null;
            /**
             * @description `base64` if the bytes are not UTF-8; null if there are none
             * @enum {string|null}
             */
            keyEncoding: "utf8" | "base64" | null;
            /** @description The header `ce_type` */
            eventType: string | null;
            /** @description The code of the last failure; null if it has not been tried */
            errorCode: string | null;
            errorMessage: string | null;
            /** @description Number of attempts */
            attempts: number;
            /**
             * @description RETRYING: the service retries it. OPEN: a dead letter, which waits for an operator. BLOCKED: waits behind an earlier message of its key. REPLAYED, DISCARDED: finished
             * @enum {string}
             */
            status: "RETRYING" | "OPEN" | "BLOCKED" | "REPLAYED" | "DISCARDED";
            /** Format: date-time */
            firstFailedAt: string | null;
            /** Format: date-time */
            lastFailedAt: string | null;
            /** Format: date-time */
            parkedAt: string;
            /** @description Null if there is none; null without the scope `payloads:read` */
            value: string | null;
            /**
             * @description `base64` if the bytes are not UTF-8; null if there are none
             * @enum {string|null}
             */
            valueEncoding: "utf8" | "base64" | null;
            /** @description A header that occurs several times has several entries; null without the scope `payloads:read` */
            headers: components["schemas"]["HeaderResponse"][] | null;
            /** @description Of the last failure; null without the scope `payloads:read` */
            errorStack: string | null;
            /** @description The id of the parked message that it waits behind */
            behind: string | null;
            /** @description Every attempt, oldest first */
            history: components["schemas"]["AttemptResponse"][];
            /** @description What operators did with the message, oldest first */
            acts: components["schemas"]["AuditResponse"][];
        };
        ReplayDeadLettersRequest: {
            /**
             * @description Replays every OPEN dead letter; only without a filter
             * @enum {unknown}
             */
            all?: true | null;
            errorCode?: string | null;
            eventType?: string | null;
            key?: string | null;
            topic?: string | null;
        } | {
            /** @constant */
            all: true;
            topic?: null;
            key?: null;
            eventType?: null;
            errorCode?: null;
        } | {
            topic: string;
            all?: null;
        } | {
            key: string;
            all?: null;
        } | {
            eventType: string;
            all?: null;
        } | {
            errorCode: string;
            all?: null;
        };
        ReplayFailureResponse: {
            /** Format: uuid */
            id: string;
            errorCode: string;
            errorMessage: string;
        };
        ReplayReportResponse: {
            /** @description Number of OPEN dead letters that matched at the start */
            matched: number;
            replayed: number;
            failed: number;
            /** @description Number of those that were no longer OPEN, or not the head of their key, at their turn */
            skipped: number;
            /** @description Number of those that were not tried, because a replay failed before */
            remaining: number;
            /** @description Number of attempts in each step */
            steps: number[];
            /** @description The failure that stopped the replay */
            failure: components["schemas"]["ReplayFailureResponse"] | null;
        };
        TableChangeResponse: {
            table: string;
            inserted: number;
            updated: number;
            deleted: number;
        };
        WrittenMessageResponse: {
            topic: string;
            key: string | null;
            type: string | null;
            /** @description Parsed if it is JSON; otherwise text, or base64 if it is not UTF-8 */
            data: Record<string, never> | null;
        };
        DryRunResponse: {
            /** @enum {string} */
            outcome: "WORKS" | "FAILS";
            /** @description The rows that a replay would change, those of the outbox included */
            writes: components["schemas"]["TableChangeResponse"][];
            /** @description The messages that a replay would publish, in this order */
            publishes: components["schemas"]["WrittenMessageResponse"][];
            /** @description Null if it works */
            errorCode: string | null;
            errorMessage: string | null;
            errorStack: string | null;
        };
        DiscardRequest: {
            /** @example A test message; nobody waits for it */
            reason: string & unknown;
        };
        RejectedEventResponse: {
            /** @description The position in the outbox: a 64-bit integer as text */
            position: string;
            topic: string;
            /** @description Events that wait behind it have the same key */
            key: string | null;
            /**
             * @description `base64` if the bytes are not UTF-8; null if there are none
             * @enum {string|null}
             */
            keyEncoding: "utf8" | "base64" | null;
            /** @description The header `ce_type` */
            eventType: string | null;
            /** @description A header that occurs several times has several entries; null without the scope `payloads:read` */
            headers: components["schemas"]["HeaderResponse"][] | null;
            /** @description The size of the value in bytes; null if there is no value */
            bytes: number | null;
            /** @description Why Kafka rejects it */
            rejection: string;
            /** @description How often Kafka has rejected it */
            rejections: number;
            /**
             * Format: date-time
             * @description When the service tries it again
             */
            nextAttemptAt: string;
            /** Format: date-time */
            addedAt: string;
        };
        RejectedEventPageResponse: {
            data: components["schemas"]["RejectedEventResponse"][];
            /** @description The `cursor` of the next page; null on the last page */
            nextCursor: string | null;
        };
        /** @description A problem document (RFC 9457); further members say more about the problem */
        Problem: {
            /**
             * @description The problem is described by its status
             * @constant
             */
            type: "about:blank";
            /** @description The name of the status */
            title: string;
            status: number;
            /** @description What is wrong and what to do about it */
            detail?: string;
            errors?: components["schemas"]["FieldError"][];
            /**
             * @description The request may or may not have taken effect
             * @constant
             */
            outcome?: "unknown";
        };
        /** @description One bad field of a request */
        FieldError: {
            /**
             * @description Where in the body: a JSON pointer as a URI fragment
             * @example #/items/0/quantity
             */
            pointer?: string;
            /** @description The parameter of the query or path, or the header */
            parameter?: string;
            detail: string;
        };
    };
    responses: {
        /** @description The request is malformed or invalid; `errors` names every bad field */
        BadRequest: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "detail": "The request is malformed or invalid; `errors` names every bad field",
                 *       "type": "about:blank",
                 *       "title": "Bad Request",
                 *       "status": 400
                 *     }
                 */
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The access token is missing or not valid; `WWW-Authenticate` says which */
        Unauthorized: {
            headers: {
                /** @description What is required, as in RFC 6750 */
                "WWW-Authenticate": string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "detail": "The access token is missing or not valid; `WWW-Authenticate` says which",
                 *       "type": "about:blank",
                 *       "title": "Unauthorized",
                 *       "status": 401
                 *     }
                 */
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The token does not allow this, or a page of another origin requests a change */
        Forbidden: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "detail": "The token does not allow this, or a page of another origin requests a change",
                 *       "type": "about:blank",
                 *       "title": "Forbidden",
                 *       "status": 403
                 *     }
                 */
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The header `Accept` excludes every type that is available */
        NotAcceptable: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "detail": "The header `Accept` excludes every type that is available",
                 *       "type": "about:blank",
                 *       "title": "Not Acceptable",
                 *       "status": 406
                 *     }
                 */
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The request did not arrive in time */
        RequestTimeout: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "detail": "The request did not arrive in time",
                 *       "type": "about:blank",
                 *       "title": "Request Timeout",
                 *       "status": 408
                 *     }
                 */
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The body is larger than 64 KiB */
        ContentTooLarge: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "detail": "The body is larger than 64 KiB",
                 *       "type": "about:blank",
                 *       "title": "Payload Too Large",
                 *       "status": 413
                 *     }
                 */
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The body is not `application/json` in UTF-8, or has a content encoding */
        UnsupportedMediaType: {
            headers: {
                /** @description The content encodings that are supported: none */
                "Accept-Encoding"?: "identity";
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "detail": "The body is not `application/json` in UTF-8, or has a content encoding",
                 *       "type": "about:blank",
                 *       "title": "Unsupported Media Type",
                 *       "status": 415
                 *     }
                 */
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The service does not accept this `Host` */
        MisdirectedRequest: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "detail": "The service does not accept this `Host`",
                 *       "type": "about:blank",
                 *       "title": "Misdirected Request",
                 *       "status": 421
                 *     }
                 */
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description Too many requests of this caller; try again after `Retry-After` */
        TooManyRequests: {
            headers: {
                /** @description Seconds after which to try again */
                "Retry-After": number;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "detail": "Too many requests of this caller; try again after `Retry-After`",
                 *       "type": "about:blank",
                 *       "title": "Too Many Requests",
                 *       "status": 429
                 *     }
                 */
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The header is too large */
        RequestHeaderFieldsTooLarge: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "detail": "The header is too large",
                 *       "type": "about:blank",
                 *       "title": "Request Header Fields Too Large",
                 *       "status": 431
                 *     }
                 */
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description An error of the service. With `outcome: "unknown"`, the request may or may not have taken effect: check before you repeat it */
        InternalServerError: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "detail": "An error of the service. With `outcome: \"unknown\"`, the request may or may not have taken effect: check before you repeat it",
                 *       "type": "about:blank",
                 *       "title": "Internal Server Error",
                 *       "status": 500
                 *     }
                 */
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description Nothing was done; try again after `Retry-After` */
        ServiceUnavailable: {
            headers: {
                /** @description Seconds after which to try again */
                "Retry-After"?: number;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "detail": "Nothing was done; try again after `Retry-After`",
                 *       "type": "about:blank",
                 *       "title": "Service Unavailable",
                 *       "status": 503
                 *     }
                 */
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
    };
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    getLogLevel: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LogLevelSetting"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            406: components["responses"]["NotAcceptable"];
            408: components["responses"]["RequestTimeout"];
            421: components["responses"]["MisdirectedRequest"];
            429: components["responses"]["TooManyRequests"];
            431: components["responses"]["RequestHeaderFieldsTooLarge"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    setLogLevel: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["LogLevelSetting"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LogLevelSetting"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            406: components["responses"]["NotAcceptable"];
            408: components["responses"]["RequestTimeout"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            421: components["responses"]["MisdirectedRequest"];
            429: components["responses"]["TooManyRequests"];
            431: components["responses"]["RequestHeaderFieldsTooLarge"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    getHealth: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "up" | "degraded" | "down";
                        checks: {
                            [key: string]: {
                                /** @enum {string} */
                                status: "up" | "degraded" | "down";
                                detail?: string;
                                facts?: Record<string, never>;
                            };
                        };
                    };
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            406: components["responses"]["NotAcceptable"];
            408: components["responses"]["RequestTimeout"];
            421: components["responses"]["MisdirectedRequest"];
            429: components["responses"]["TooManyRequests"];
            431: components["responses"]["RequestHeaderFieldsTooLarge"];
            500: components["responses"]["InternalServerError"];
            /** @description A dependency is missing; the problem document names it */
            503: {
                headers: {
                    /** @description Seconds after which to try again */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "A dependency is missing; the problem document names it",
                     *       "type": "about:blank",
                     *       "title": "Service Unavailable",
                     *       "status": 503
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getReadiness: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "up" | "degraded" | "down";
                        checks: {
                            [key: string]: {
                                /** @enum {string} */
                                status: "up" | "degraded" | "down";
                                detail?: string;
                                facts?: Record<string, never>;
                            };
                        };
                    };
                };
            };
            400: components["responses"]["BadRequest"];
            406: components["responses"]["NotAcceptable"];
            408: components["responses"]["RequestTimeout"];
            421: components["responses"]["MisdirectedRequest"];
            429: components["responses"]["TooManyRequests"];
            431: components["responses"]["RequestHeaderFieldsTooLarge"];
            500: components["responses"]["InternalServerError"];
            /** @description It cannot; the problem document names what is missing, but not with `AUTH=oauth2`: see `/health` */
            503: {
                headers: {
                    /** @description Seconds after which to try again */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "It cannot; the problem document names what is missing, but not with `AUTH=oauth2`: see `/health`",
                     *       "type": "about:blank",
                     *       "title": "Service Unavailable",
                     *       "status": 503
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getLiveness: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "up" | "degraded" | "down";
                        checks: {
                            [key: string]: {
                                /** @enum {string} */
                                status: "up" | "degraded" | "down";
                                detail?: string;
                                facts?: Record<string, never>;
                            };
                        };
                    };
                };
            };
            400: components["responses"]["BadRequest"];
            406: components["responses"]["NotAcceptable"];
            408: components["responses"]["RequestTimeout"];
            421: components["responses"]["MisdirectedRequest"];
            429: components["responses"]["TooManyRequests"];
            431: components["responses"]["RequestHeaderFieldsTooLarge"];
            500: components["responses"]["InternalServerError"];
            /** @description The process is stuck; restart it */
            503: {
                headers: {
                    /** @description Seconds after which to try again */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "The process is stuck; restart it",
                     *       "type": "about:blank",
                     *       "title": "Service Unavailable",
                     *       "status": 503
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getMetrics: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            406: components["responses"]["NotAcceptable"];
            408: components["responses"]["RequestTimeout"];
            421: components["responses"]["MisdirectedRequest"];
            429: components["responses"]["TooManyRequests"];
            431: components["responses"]["RequestHeaderFieldsTooLarge"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    eraseCustomer: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes the request safe to repeat for 24 hours: each repetition gets the first response again */
                "Idempotency-Key"?: string;
            };
            path: {
                customerId: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["EraseCustomerRequest"];
            };
        };
        responses: {
            /** @description The erasure is stored, and runs */
            202: {
                headers: {
                    /** @description Where it is */
                    Location: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErasureResponse"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            406: components["responses"]["NotAcceptable"];
            408: components["responses"]["RequestTimeout"];
            /** @description A request with this Idempotency-Key is still being processed; try again */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "A request with this Idempotency-Key is still being processed; try again",
                     *       "type": "about:blank",
                     *       "title": "Conflict",
                     *       "status": 409
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            421: components["responses"]["MisdirectedRequest"];
            /** @description This Idempotency-Key was used with a different request */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "This Idempotency-Key was used with a different request",
                     *       "type": "about:blank",
                     *       "title": "Unprocessable Entity",
                     *       "status": 422
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            429: components["responses"]["TooManyRequests"];
            431: components["responses"]["RequestHeaderFieldsTooLarge"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    getErasure: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                erasureId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErasureResponse"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            /** @description There is no such erasure */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "There is no such erasure",
                     *       "type": "about:blank",
                     *       "title": "Not Found",
                     *       "status": 404
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            406: components["responses"]["NotAcceptable"];
            408: components["responses"]["RequestTimeout"];
            421: components["responses"]["MisdirectedRequest"];
            429: components["responses"]["TooManyRequests"];
            431: components["responses"]["RequestHeaderFieldsTooLarge"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    exportCustomer: {
        parameters: {
            query?: {
                /** @description Continues a list: the cursor that the previous page gave; take it as it is */
                cursor?: string;
                /** @description Entries on a page */
                limit?: number;
            };
            header?: never;
            path: {
                customerId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ExportResponse"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            406: components["responses"]["NotAcceptable"];
            408: components["responses"]["RequestTimeout"];
            421: components["responses"]["MisdirectedRequest"];
            429: components["responses"]["TooManyRequests"];
            431: components["responses"]["RequestHeaderFieldsTooLarge"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    republishReservations: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes the request safe to repeat for 24 hours: each repetition gets the first response again */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RepublishReservationsRequest"];
            };
        };
        responses: {
            /** @description What was published; at most 10,000 orders per request */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RepublishedResponse"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            406: components["responses"]["NotAcceptable"];
            408: components["responses"]["RequestTimeout"];
            /** @description A request with this Idempotency-Key is still being processed; try again */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "A request with this Idempotency-Key is still being processed; try again",
                     *       "type": "about:blank",
                     *       "title": "Conflict",
                     *       "status": 409
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            421: components["responses"]["MisdirectedRequest"];
            /** @description This Idempotency-Key was used with a different request */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "This Idempotency-Key was used with a different request",
                     *       "type": "about:blank",
                     *       "title": "Unprocessable Entity",
                     *       "status": 422
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            429: components["responses"]["TooManyRequests"];
            431: components["responses"]["RequestHeaderFieldsTooLarge"];
            500: components["responses"]["InternalServerError"];
            /** @description Too many events are waiting to be published; some orders may have been republished already */
            503: {
                headers: {
                    /** @description Seconds after which to try again */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "Too many events are waiting to be published; some orders may have been republished already",
                     *       "type": "about:blank",
                     *       "title": "Service Unavailable",
                     *       "status": 503
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getReservation: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                orderId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReservationResponse"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            /** @description No event of this order has been handled yet */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "No event of this order has been handled yet",
                     *       "type": "about:blank",
                     *       "title": "Not Found",
                     *       "status": 404
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            406: components["responses"]["NotAcceptable"];
            408: components["responses"]["RequestTimeout"];
            421: components["responses"]["MisdirectedRequest"];
            429: components["responses"]["TooManyRequests"];
            431: components["responses"]["RequestHeaderFieldsTooLarge"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    listItems: {
        parameters: {
            query?: {
                /** @description Continues a list: the cursor that the previous page gave; take it as it is */
                cursor?: string;
                /** @description Entries on a page */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    /** @description The next page, if there is one: `<…>; rel="next"` (RFC 8288) */
                    Link?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ItemResponse"][];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            406: components["responses"]["NotAcceptable"];
            408: components["responses"]["RequestTimeout"];
            421: components["responses"]["MisdirectedRequest"];
            429: components["responses"]["TooManyRequests"];
            431: components["responses"]["RequestHeaderFieldsTooLarge"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    createItem: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes the request safe to repeat for 24 hours: each repetition gets the first response again */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateItemRequest"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    /** @description Where it is */
                    Location: string;
                    /** @description The revision of the name and the threshold, for `If-Match`; it does not change with the stock */
                    ETag: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ItemResponse"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            406: components["responses"]["NotAcceptable"];
            408: components["responses"]["RequestTimeout"];
            /** @description An item with this id already exists; it was not changed. Or a request with this Idempotency-Key is still being processed; try again */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "An item with this id already exists; it was not changed. Or a request with this Idempotency-Key is still being processed; try again",
                     *       "type": "about:blank",
                     *       "title": "Conflict",
                     *       "status": 409
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            421: components["responses"]["MisdirectedRequest"];
            /** @description This Idempotency-Key was used with a different request */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "This Idempotency-Key was used with a different request",
                     *       "type": "about:blank",
                     *       "title": "Unprocessable Entity",
                     *       "status": 422
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            429: components["responses"]["TooManyRequests"];
            431: components["responses"]["RequestHeaderFieldsTooLarge"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    getItem: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                itemId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    /** @description The revision of the name and the threshold, for `If-Match`; it does not change with the stock */
                    ETag: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ItemResponse"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            /** @description There is no such item */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "There is no such item",
                     *       "type": "about:blank",
                     *       "title": "Not Found",
                     *       "status": 404
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            406: components["responses"]["NotAcceptable"];
            408: components["responses"]["RequestTimeout"];
            421: components["responses"]["MisdirectedRequest"];
            429: components["responses"]["TooManyRequests"];
            431: components["responses"]["RequestHeaderFieldsTooLarge"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    changeItem: {
        parameters: {
            query?: never;
            header?: {
                /** @description The `ETag` that you have seen: the change is refused if someone else was faster (RFC 9110) */
                "If-Match"?: string;
            };
            path: {
                itemId: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["ChangeItemRequest"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    /** @description The revision of the name and the threshold, for `If-Match`; it does not change with the stock */
                    ETag: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ItemResponse"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            /** @description There is no such item */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "There is no such item",
                     *       "type": "about:blank",
                     *       "title": "Not Found",
                     *       "status": 404
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            406: components["responses"]["NotAcceptable"];
            408: components["responses"]["RequestTimeout"];
            /** @description Someone else has changed the item; get it again. Nothing was changed */
            412: {
                headers: {
                    /** @description The revision of the name and the threshold, for `If-Match`; it does not change with the stock */
                    ETag: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "Someone else has changed the item; get it again. Nothing was changed",
                     *       "type": "about:blank",
                     *       "title": "Precondition Failed",
                     *       "status": 412
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            421: components["responses"]["MisdirectedRequest"];
            429: components["responses"]["TooManyRequests"];
            431: components["responses"]["RequestHeaderFieldsTooLarge"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    listMovements: {
        parameters: {
            query?: {
                /** @description Continues a list: the cursor that the previous page gave; take it as it is */
                cursor?: string;
                /** @description Entries on a page */
                limit?: number;
            };
            header?: never;
            path: {
                itemId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    /** @description The next page, if there is one: `<…>; rel="next"` (RFC 8288) */
                    Link?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MovementResponse"][];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            /** @description There is no such item */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "There is no such item",
                     *       "type": "about:blank",
                     *       "title": "Not Found",
                     *       "status": 404
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            406: components["responses"]["NotAcceptable"];
            408: components["responses"]["RequestTimeout"];
            421: components["responses"]["MisdirectedRequest"];
            429: components["responses"]["TooManyRequests"];
            431: components["responses"]["RequestHeaderFieldsTooLarge"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    adjustStock: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes the request safe to repeat for 24 hours: each repetition gets the first response again */
                "Idempotency-Key"?: string;
            };
            path: {
                itemId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AdjustStockRequest"];
            };
        };
        responses: {
            /** @description The stock is changed; the movement says so */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MovementResponse"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            /** @description There is no such item */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "There is no such item",
                     *       "type": "about:blank",
                     *       "title": "Not Found",
                     *       "status": 404
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            406: components["responses"]["NotAcceptable"];
            408: components["responses"]["RequestTimeout"];
            /** @description Fewer pieces would be on hand than are reserved, or more than an item can have; `detail` has the figures. Or a request with this Idempotency-Key is still being processed; try again */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "Fewer pieces would be on hand than are reserved, or more than an item can have; `detail` has the figures. Or a request with this Idempotency-Key is still being processed; try again",
                     *       "type": "about:blank",
                     *       "title": "Conflict",
                     *       "status": 409
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            421: components["responses"]["MisdirectedRequest"];
            /** @description This Idempotency-Key was used with a different request */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "This Idempotency-Key was used with a different request",
                     *       "type": "about:blank",
                     *       "title": "Unprocessable Entity",
                     *       "status": 422
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            429: components["responses"]["TooManyRequests"];
            431: components["responses"]["RequestHeaderFieldsTooLarge"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    listDeadLetters: {
        parameters: {
            query?: {
                /** @description Continues a list: the cursor that the previous page gave; take it as it is */
                cursor?: string;
                errorCode?: string;
                eventType?: string;
                key?: string;
                /** @description Entries on a page */
                limit?: number;
                status?: "RETRYING" | "OPEN" | "BLOCKED" | "REPLAYED" | "DISCARDED";
                topic?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeadLetterPageResponse"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            406: components["responses"]["NotAcceptable"];
            408: components["responses"]["RequestTimeout"];
            421: components["responses"]["MisdirectedRequest"];
            429: components["responses"]["TooManyRequests"];
            431: components["responses"]["RequestHeaderFieldsTooLarge"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    listOperatorActs: {
        parameters: {
            query?: {
                /** @description Continues a list: the cursor that the previous page gave; take it as it is */
                cursor?: string;
                /** @description Entries on a page */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuditPageResponse"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            406: components["responses"]["NotAcceptable"];
            408: components["responses"]["RequestTimeout"];
            421: components["responses"]["MisdirectedRequest"];
            429: components["responses"]["TooManyRequests"];
            431: components["responses"]["RequestHeaderFieldsTooLarge"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    getDeadLetter: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeadLetterDetailsResponse"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            /** @description There is no such dead letter */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "There is no such dead letter",
                     *       "type": "about:blank",
                     *       "title": "Not Found",
                     *       "status": 404
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            406: components["responses"]["NotAcceptable"];
            408: components["responses"]["RequestTimeout"];
            421: components["responses"]["MisdirectedRequest"];
            429: components["responses"]["TooManyRequests"];
            431: components["responses"]["RequestHeaderFieldsTooLarge"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    replayDeadLetters: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes the request safe to repeat for 24 hours: each repetition gets the first response again */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ReplayDeadLettersRequest"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReplayReportResponse"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            406: components["responses"]["NotAcceptable"];
            408: components["responses"]["RequestTimeout"];
            /** @description A request with this Idempotency-Key is still being processed; try again */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "A request with this Idempotency-Key is still being processed; try again",
                     *       "type": "about:blank",
                     *       "title": "Conflict",
                     *       "status": 409
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            421: components["responses"]["MisdirectedRequest"];
            /** @description This Idempotency-Key was used with a different request */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "This Idempotency-Key was used with a different request",
                     *       "type": "about:blank",
                     *       "title": "Unprocessable Entity",
                     *       "status": 422
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            429: components["responses"]["TooManyRequests"];
            431: components["responses"]["RequestHeaderFieldsTooLarge"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    replayDeadLetter: {
        parameters: {
            query?: {
                /** @description Rolls the replay back, and shows what it would do */
                dryRun?: "true" | "false";
            };
            header?: {
                /** @description Makes the request safe to repeat for 24 hours: each repetition gets the first response again */
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The replayed dead letter; for a dry run, what a replay would do */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeadLetterDetailsResponse"] | components["schemas"]["DryRunResponse"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            /** @description There is no such dead letter */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "There is no such dead letter",
                     *       "type": "about:blank",
                     *       "title": "Not Found",
                     *       "status": 404
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            406: components["responses"]["NotAcceptable"];
            408: components["responses"]["RequestTimeout"];
            /** @description It is finished, busy, or behind another one of its key; `detail` says which. Or a request with this Idempotency-Key is still being processed; try again */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "It is finished, busy, or behind another one of its key; `detail` says which. Or a request with this Idempotency-Key is still being processed; try again",
                     *       "type": "about:blank",
                     *       "title": "Conflict",
                     *       "status": 409
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            421: components["responses"]["MisdirectedRequest"];
            /**
             * @description The handler failed again; `errorCode` and `errorMessage` say why. Or this Idempotency-Key was used with a different request
             *
             *     This Idempotency-Key was used with a different request
             */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "The handler failed again; `errorCode` and `errorMessage` say why. Or this Idempotency-Key was used with a different request\n\nThis Idempotency-Key was used with a different request",
                     *       "type": "about:blank",
                     *       "title": "Unprocessable Entity",
                     *       "status": 422
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            429: components["responses"]["TooManyRequests"];
            431: components["responses"]["RequestHeaderFieldsTooLarge"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    discardDeadLetter: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes the request safe to repeat for 24 hours: each repetition gets the first response again */
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["DiscardRequest"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeadLetterDetailsResponse"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            /** @description There is no such dead letter */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "There is no such dead letter",
                     *       "type": "about:blank",
                     *       "title": "Not Found",
                     *       "status": 404
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            406: components["responses"]["NotAcceptable"];
            408: components["responses"]["RequestTimeout"];
            /** @description It is finished or busy; `detail` says which. Or a request with this Idempotency-Key is still being processed; try again */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "It is finished or busy; `detail` says which. Or a request with this Idempotency-Key is still being processed; try again",
                     *       "type": "about:blank",
                     *       "title": "Conflict",
                     *       "status": 409
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            421: components["responses"]["MisdirectedRequest"];
            /** @description This Idempotency-Key was used with a different request */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "This Idempotency-Key was used with a different request",
                     *       "type": "about:blank",
                     *       "title": "Unprocessable Entity",
                     *       "status": 422
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            429: components["responses"]["TooManyRequests"];
            431: components["responses"]["RequestHeaderFieldsTooLarge"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    listRejectedEvents: {
        parameters: {
            query?: {
                /** @description Continues a list: the cursor that the previous page gave; take it as it is */
                cursor?: string;
                /** @description Entries on a page */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RejectedEventPageResponse"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            406: components["responses"]["NotAcceptable"];
            408: components["responses"]["RequestTimeout"];
            421: components["responses"]["MisdirectedRequest"];
            429: components["responses"]["TooManyRequests"];
            431: components["responses"]["RequestHeaderFieldsTooLarge"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    retryRejectedEvent: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes the request safe to repeat for 24 hours: each repetition gets the first response again */
                "Idempotency-Key"?: string;
            };
            path: {
                position: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The event that is tried again */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RejectedEventResponse"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            /** @description There is no such rejected event */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "There is no such rejected event",
                     *       "type": "about:blank",
                     *       "title": "Not Found",
                     *       "status": 404
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            406: components["responses"]["NotAcceptable"];
            408: components["responses"]["RequestTimeout"];
            /** @description A request with this Idempotency-Key is still being processed; try again */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "A request with this Idempotency-Key is still being processed; try again",
                     *       "type": "about:blank",
                     *       "title": "Conflict",
                     *       "status": 409
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            421: components["responses"]["MisdirectedRequest"];
            /** @description This Idempotency-Key was used with a different request */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "This Idempotency-Key was used with a different request",
                     *       "type": "about:blank",
                     *       "title": "Unprocessable Entity",
                     *       "status": 422
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            429: components["responses"]["TooManyRequests"];
            431: components["responses"]["RequestHeaderFieldsTooLarge"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    discardRejectedEvent: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes the request safe to repeat for 24 hours: each repetition gets the first response again */
                "Idempotency-Key"?: string;
            };
            path: {
                position: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["DiscardRequest"];
            };
        };
        responses: {
            /** @description The discarded event */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RejectedEventResponse"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            /** @description There is no such rejected event */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "There is no such rejected event",
                     *       "type": "about:blank",
                     *       "title": "Not Found",
                     *       "status": 404
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            406: components["responses"]["NotAcceptable"];
            408: components["responses"]["RequestTimeout"];
            /** @description A request with this Idempotency-Key is still being processed; try again */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "A request with this Idempotency-Key is still being processed; try again",
                     *       "type": "about:blank",
                     *       "title": "Conflict",
                     *       "status": 409
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            421: components["responses"]["MisdirectedRequest"];
            /** @description This Idempotency-Key was used with a different request */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "detail": "This Idempotency-Key was used with a different request",
                     *       "type": "about:blank",
                     *       "title": "Unprocessable Entity",
                     *       "status": 422
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            429: components["responses"]["TooManyRequests"];
            431: components["responses"]["RequestHeaderFieldsTooLarge"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
}
