<?php
/**
 * Plugin Name: Spoke
 * Description: Tells Spoke about baskets, and about changes that WooCommerce's own webhooks leave out.
 * Version: 1.0.0
 * Requires at least: 5.6
 * Requires PHP: 7.4
 * License: MIT
 *
 * Set these in wp-config.php:
 *   define( 'SPOKE_CALLBACK', 'https://spoke.example/hooks/NAME-OF-THE-CONNECTION' );
 *   define( 'SPOKE_SECRET', 'whsec_...' );   // the connection's webhookSecret
 *
 * What is posted is signed after Standard Webhooks. Nothing is posted while a page is built: changes are noted,
 * and Action Scheduler, which comes with WooCommerce, posts them in the background and tries again after a failure.
 */

defined( 'ABSPATH' ) || exit;

const SPOKE_GROUP    = 'spoke';
const SPOKE_ATTEMPTS = 10;

/** Signs and sends one message. The id stays the same when it is tried again, so that a repeat is known as one. */
function spoke_post( string $id, string $type, array $given, int $attempt = 1 ): void {
	// A basket may be too long for the queue, which therefore holds its id; it is posted as it is by now.
	$data = 'cart.changed' === $type ? get_transient( 'spoke_cart_' . $given['id'] ) : $given;
	if ( ! $data ) {
		return;
	}
	$body      = wp_json_encode( array( 'type' => $type, 'timestamp' => gmdate( 'Y-m-d\TH:i:s\Z' ), 'data' => $data ) );
	$timestamp = (string) time();
	$key       = base64_decode( preg_replace( '/^whsec_/', '', SPOKE_SECRET ), true );
	$signature = 'v1,' . base64_encode( hash_hmac( 'sha256', "$id.$timestamp.$body", $key, true ) );
	$answer    = wp_remote_post(
		SPOKE_CALLBACK,
		array(
			'timeout'     => 15,
			'redirection' => 0,
			'body'        => $body,
			'headers'     => array( 'Content-Type' => 'application/json', 'webhook-id' => $id, 'webhook-timestamp' => $timestamp, 'webhook-signature' => $signature ),
		)
	);
	$status    = is_wp_error( $answer ) ? 0 : (int) wp_remote_retrieve_response_code( $answer );
	if ( ( $status < 200 || $status > 299 ) && $attempt < SPOKE_ATTEMPTS ) {
		// 5 s, then twice as long each time: some forty minutes in all. Spoke's own polling finds what is left.
		as_schedule_single_action( time() + 5 * 2 ** ( $attempt - 1 ), 'spoke_post', array( $id, $type, $given, $attempt + 1 ), SPOKE_GROUP );
	}
}
add_action( 'spoke_post', 'spoke_post', 10, 4 );

/** Has something posted in the background. */
function spoke_later( string $type, array $data ): void {
	if ( defined( 'SPOKE_CALLBACK' ) && defined( 'SPOKE_SECRET' ) && function_exists( 'as_enqueue_async_action' ) ) {
		as_enqueue_async_action( 'spoke_post', array( 'msg_' . wp_generate_uuid4(), $type, $data, 1 ), SPOKE_GROUP );
	}
}

/** Entities are only named: Spoke reads them itself, as they are by then. */
function spoke_named( string $type, $id ): void {
	static $told = array();   // once a request is enough
	if ( ! isset( $told[ $type . $id ] ) ) {
		$told[ $type . $id ] = true;
		spoke_later( $type, array( 'id' => (string) $id ) );
	}
}

/* ---- Baskets ---- */

/** The basket in the names of WooCommerce's orders; null: there is none. */
function spoke_cart(): ?array {
	$cart = function_exists( 'WC' ) ? WC()->cart : null;
	if ( ! $cart || ! WC()->session ) {
		return null;
	}
	$id = WC()->session->get( 'spoke_cart_id' );
	if ( ! $id ) {
		if ( $cart->is_empty() ) {
			return null;
		}
		$id = 'c-' . wp_generate_uuid4();
		WC()->session->set( 'spoke_cart_id', $id );
		WC()->session->set( 'spoke_cart_began', gmdate( 'Y-m-d\TH:i:s\Z' ) );
	}
	$lines = array();
	foreach ( $cart->get_cart() as $key => $item ) {
		$product = $item['data'];
		$lines[] = array(
			'id'           => $key,
			'product_id'   => $item['product_id'],
			'variation_id' => $item['variation_id'],
			'name'         => $product->get_name(),
			'sku'          => $product->get_sku(),
			'quantity'     => $item['quantity'],
			'subtotal'     => (string) ( $item['line_subtotal'] ?? 0 ),
			'total'        => (string) ( $item['line_total'] ?? 0 ),
			'total_tax'    => (string) ( $item['line_tax'] ?? 0 ),
		);
	}
	$fees = array();
	foreach ( $cart->get_fees() as $fee ) {
		$fees[] = array( 'name' => $fee->name, 'total' => (string) $fee->amount );
	}
	$now = microtime( true );
	return array(
		'id'             => $id,
		'currency'       => get_woocommerce_currency(),
		'customer_id'    => (string) get_current_user_id(),
		'email'          => (string) WC()->customer->get_billing_email(),
		'phone'          => (string) WC()->customer->get_billing_phone(),
		'created_at'     => WC()->session->get( 'spoke_cart_began' ),
		'updated_at'     => gmdate( 'Y-m-d\TH:i:s', (int) $now ) . sprintf( '.%03dZ', ( $now - floor( $now ) ) * 1000 ),
		'emptied'        => $cart->is_empty(),
		'order_id'       => '',
		'recovery_url'   => wc_get_cart_url(),
		'line_items'     => $lines,
		'fee_lines'      => $fees,
		'shipping_total' => (string) $cart->get_shipping_total(),
		'total_tax'      => (string) $cart->get_total_tax(),
		'total'          => (string) $cart->get_total( 'edit' ),
	);
}

/** Keeps the last state for the REST route below, and has it posted. */
function spoke_cart_push( array $cart ): void {
	set_transient( 'spoke_cart_' . $cart['id'], $cart, 30 * DAY_IN_SECONDS );
	spoke_later( 'cart.changed', array( 'id' => $cart['id'] ) );
}

/** At the end of a page, however often the basket changed while it was built. */
function spoke_cart_changed(): void {
	$cart = spoke_cart();
	if ( ! $cart ) {
		return;
	}
	$content = $cart;
	unset( $content['updated_at'] );
	$hash = md5( wp_json_encode( $content ) );
	if ( WC()->session->get( 'spoke_cart_hash' ) !== $hash ) {
		WC()->session->set( 'spoke_cart_hash', $hash );
		spoke_cart_push( $cart );
	}
}
foreach ( array( 'woocommerce_add_to_cart', 'woocommerce_cart_item_removed', 'woocommerce_cart_item_restored', 'woocommerce_after_cart_item_quantity_update', 'woocommerce_applied_coupon', 'woocommerce_removed_coupon', 'woocommerce_checkout_update_order_review', 'woocommerce_store_api_cart_update_customer_from_request' ) as $spoke_hook ) {
	add_action(
		$spoke_hook,
		function () {
			// Once a request; before WooCommerce saves the session, which it does at priority 20.
			if ( ! has_action( 'shutdown', 'spoke_cart_changed' ) ) {
				add_action( 'shutdown', 'spoke_cart_changed', 5 );
			}
		}
	);
}

/** The order remembers its basket, and the basket its order. */
function spoke_cart_bought( $order ): void {
	$id = function_exists( 'WC' ) && WC()->session ? WC()->session->get( 'spoke_cart_id' ) : null;
	if ( ! $id ) {
		return;
	}
	$order->update_meta_data( '_spoke_cart_id', $id );
	$order->save();
	$cart = spoke_cart();
	if ( $cart ) {
		$cart['order_id'] = (string) $order->get_id();
		$cart['emptied']  = false;
		spoke_cart_push( $cart );
	}
	foreach ( array( 'spoke_cart_id', 'spoke_cart_began', 'spoke_cart_hash' ) as $key ) {
		WC()->session->set( $key, null );
	}
}
add_action( 'woocommerce_checkout_order_created', 'spoke_cart_bought' );
add_action( 'woocommerce_store_api_checkout_order_processed', 'spoke_cart_bought' );

/**
 * One basket as it was last seen. The namespace begins with wc-, so that WooCommerce checks the key of its own REST API.
 */
add_action(
	'rest_api_init',
	function () {
		register_rest_route(
			'wc-spoke/v1',
			'/carts/(?P<id>c-[a-f0-9-]+)',
			array(
				'methods'             => 'GET',
				'permission_callback' => function () {
					return current_user_can( 'manage_woocommerce' );
				},
				'callback'            => function ( $request ) {
					$cart = get_transient( 'spoke_cart_' . $request['id'] );
					return $cart ? rest_ensure_response( $cart ) : new WP_Error( 'spoke_no_such_cart', 'There is no such basket.', array( 'status' => 404 ) );
				},
			)
		);
	}
);

/* ---- What WooCommerce's webhooks leave out ---- */

// A customer's meta data, such as consent, moves no date and fires no webhook.
$spoke_meta = function ( $meta_id, $user_id, $key ) {
	if ( in_array( $key, apply_filters( 'spoke_customer_meta_keys', array( '_spoke_marketing_consent', '_spoke_tags' ) ), true ) ) {
		spoke_named( 'customer.changed', $user_id );
	}
};
add_action( 'added_user_meta', $spoke_meta, 10, 3 );
add_action( 'updated_user_meta', $spoke_meta, 10, 3 );

// A variation may change without its product; a refund without its order's status.
add_action( 'woocommerce_update_product_variation', function ( $id ) { spoke_named( 'variant.changed', $id ); } );
add_action( 'woocommerce_new_product_variation', function ( $id ) { spoke_named( 'variant.changed', $id ); } );
add_action( 'woocommerce_order_refunded', function ( $id ) { spoke_named( 'order.changed', $id ); } );
add_action( 'woocommerce_refund_deleted', function ( $refund, $id ) { spoke_named( 'order.changed', $id ); }, 10, 2 );
