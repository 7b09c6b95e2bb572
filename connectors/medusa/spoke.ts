// Tells Spoke what happens in a Medusa 2 store. Copy it to src/subscribers/spoke.ts and set SPOKE_WEBHOOK_URL and SPOKE_WEBHOOK_SECRET.
// Orders, customers and variants are named by their ids, and Spoke fetches them; a cart is sent whole, for the Admin API has none.
import { createHmac, randomUUID } from "node:crypto"
import type { SubscriberArgs, SubscriberConfig } from "@medusajs/framework"

type Data = { orders?: string[]; customers?: string[]; variants?: string[]; deleted?: true; cart?: unknown; read_at?: string; occurred_at?: string }
type Delivery = { id: string; body: string; attempt: number }
type Rows = Record<string, any>[]

const url = process.env.SPOKE_WEBHOOK_URL
const key = Buffer.from((process.env.SPOKE_WEBHOOK_SECRET ?? "").replace(/^whsec_/, ""), "base64")
// Beyond these a delivery is given up: Spoke's poll finds everything but carts, and a cart's next change brings it whole.
const pauses = (process.env.SPOKE_WEBHOOK_PAUSES ?? "1,5,30,120,600").split(",").map(Number)
const cartQuiet = 1_000 // a checkout changes its cart several times in a moment
const mostInFlight = 4
const mostWaiting = 10_000

const cartFields = [
  "id", "currency_code", "email", "customer_id", "region_id", "created_at", "updated_at", "completed_at", "total", "tax_total", "credit_line_total",
  "items.id", "items.title", "items.product_title", "items.variant_title", "items.variant_id", "items.variant_sku", "items.quantity", "items.unit_price",
  "items.is_tax_inclusive", "items.is_giftcard", "items.subtotal", "items.total", "items.tax_total", "items.tax_lines.*", "items.adjustments.*",
  "shipping_methods.name", "shipping_methods.amount", "shipping_methods.is_tax_inclusive", "shipping_methods.total", "shipping_methods.tax_total",
  "shipping_methods.tax_lines.*", "shipping_methods.adjustments.*", "credit_lines.*", "region.automatic_taxes", "shipping_address.phone", "billing_address.phone",
]

const waiting: Delivery[] = []
let inFlight = 0
const quietCarts = new Map<string, NodeJS.Timeout>()

export default async function spoke({ event, container }: SubscriberArgs<any>) {
  if (!url) return
  const logger = container.resolve("logger")
  if (key.length === 0) return logger.error("spoke: SPOKE_WEBHOOK_SECRET is missing or not whsec_ and base64; nothing is sent")
  const query = container.resolve("query")
  const happened = new Date((event.metadata?.timestamp as number | string | undefined) ?? Date.now()).toISOString()
  const find = async (entity: string, id: string, fields: string[], withDeleted = false): Promise<Rows> => (await query.graph({ entity, fields, filters: { id }, withDeleted } as any)).data
  const push = (data: Data) => send({ id: `msg_${randomUUID()}`, body: JSON.stringify({ type: event.name, timestamp: happened, data }), attempt: 0 }, logger)

  const pushCart = (id: string) => {
    clearTimeout(quietCarts.get(id))
    quietCarts.set(id, setTimeout(async () => {
      quietCarts.delete(id)
      try {
        const read_at = new Date().toISOString() // before reading, so that a later reading is never the older version
        const [cart] = await find("cart", id, cartFields)
        if (cart) push({ cart, read_at, occurred_at: happened })
      } catch (failure) {
        logger.error(`spoke: cart ${id} could not be read: ${(failure as Error).message}`)
      }
    }, cartQuiet))
  }

  const data = Array.isArray(event.data) ? event.data : [event.data]
  for (const { id, order_id } of data) {
    const [subject, what] = event.name.split(".")
    if (subject === "cart") pushCart(id)
    else if (subject === "customer") push({ customers: [id], ...(what === "deleted" && { deleted: true }) })
    else if (subject === "product-variant") push({ variants: [id], ...(what === "deleted" && { deleted: true }) })
    else if (subject === "product") {
      const variants = (await find("product", id, ["variants.id"], what === "deleted")).flatMap(p => p.variants ?? []).map(v => v.id)
      if (variants.length > 0) push({ variants, ...(what === "deleted" && { deleted: true }) })
    } else {
      const orders = subject === "payment" ? (await find("payment", id, ["payment_collection.order.id"])).map(p => p.payment_collection?.order?.id)
        : subject === "shipment" || subject === "delivery" ? (await find("fulfillment", id, ["order.id"])).map(f => f.order?.id)
        : [order_id ?? id]
      for (const order of orders.filter(Boolean)) push({ orders: [order] })
      if (event.name === "order.placed")
        for (const { cart, customer_id } of await find("order", id, ["cart.id", "customer_id"])) {
          if (cart) pushCart(cart.id) // it is completed now
          if (customer_id) push({ customers: [customer_id] }) // a guest's name is that of the order
        }
    }
  }
}

/** Not awaited by the store: a receiver that is slow or down must not hold its event bus. */
function send(delivery: Delivery, logger: { warn(text: string): void }) {
  if (waiting.length >= mostWaiting) {
    waiting.shift()
    logger.warn("spoke: too many deliveries wait; the oldest is dropped")
  }
  waiting.push(delivery)
  while (inFlight < mostInFlight && waiting.length > 0) void deliver(waiting.shift()!, logger)
}

async function deliver(delivery: Delivery, logger: { warn(text: string): void }) {
  inFlight++
  const problem = await post(delivery)
  inFlight--
  if (problem && delivery.attempt < pauses.length) {
    const pause = pauses[delivery.attempt++] * 1_000 * (0.8 + Math.random() * 0.4)
    setTimeout(() => send(delivery, logger), pause).unref()
  } else if (problem) logger.warn(`spoke: ${delivery.id} is given up after ${delivery.attempt + 1} tries: ${problem}`)
  if (waiting.length > 0 && inFlight < mostInFlight) void deliver(waiting.shift()!, logger)
}

/** Why it was not taken; undefined when it was. Each try is signed anew, for a signature is good for five minutes; its id stays. */
async function post({ id, body }: Delivery): Promise<string | undefined> {
  const timestamp = Math.floor(Date.now() / 1_000).toString()
  const signature = createHmac("sha256", key).update(`${id}.${timestamp}.${body}`).digest("base64")
  try {
    const answer = await fetch(url!, {
      method: "POST", body, redirect: "error", signal: AbortSignal.timeout(15_000),
      headers: { "content-type": "application/json", "webhook-id": id, "webhook-timestamp": timestamp, "webhook-signature": `v1,${signature}` },
    })
    await answer.arrayBuffer()
    return answer.ok ? undefined : `it answered ${answer.status}`
  } catch (failure) {
    return (failure as Error).message
  }
}

export const config: SubscriberConfig = {
  event: [
    "order.placed", "order.updated", "order.canceled", "order.completed", "order.archived", "order.fulfillment_created", "order.fulfillment_canceled",
    "order.return_requested", "order.return_received", "order.claim_created", "order.exchange_created", "order-edit.confirmed",
    "shipment.created", "delivery.created", "payment.captured", "payment.refunded",
    "customer.created", "customer.updated", "customer.deleted",
    "product.created", "product.updated", "product.deleted", "product-variant.created", "product-variant.updated", "product-variant.deleted",
    "cart.created", "cart.updated", "cart.customer_updated", "cart.region_updated", "cart.customer_transferred",
  ],
}
