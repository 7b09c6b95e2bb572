namespace Spoke.Emulator.Crm;

/// <summary>HubSpot's own properties of the types in <see cref="FurtherTypes"/>, written as in <see cref="PropertyTables"/>. Those an integration meets, not all.</summary>
internal static class FurtherPropertyTables
{
    private const string Currencies = "EUR|USD|GBP|CHF|SEK|DKK|NOK|PLN|CZK|HUF|JPY|CAD|AUD|NZD|INR|BRL|KWD";
    private const string Frequencies = "weekly|biweekly|monthly|quarterly|per_six_months|annually|per_two_years|per_three_years";

    public static string For(string type) => type switch
    {
        "quote" => Quote,
        "invoice" => Invoice,
        "subscription" => Subscription,
        "commerce_payment" => Payment,
        "fee" => Fee,
        "tax" => Tax,
        "goal_target" => Goal,
        "user" => User,
        "feedback_submission" => Feedback,
        "contract" => "hs_name s - Name\nhs_status s - Status\nhs_start_date d - Start date\nhs_end_date d - End date",
        "partner_client" => "hs_name s - Name\nhs_domain s - Domain\nhs_status s - Status",
        "partner_service" => "hs_name s - Name\nhs_status s - Status\nhs_partner_client_id s - Partner client ID",
        _ => ActivityPropertyTables.For(type),
    };

    private const string Quote = $"""
        hs_title s - Quote name
        hs_expiration_date t - Expiration date
        hs_status e/select - Approval status = DRAFT|MINIMAL_DRAFT:Minimal draft|APPROVAL_NOT_NEEDED:Published|PENDING_APPROVAL|APPROVED|REJECTED|EXPIRED|PENDING_BUYER_ACTION|ACCEPTED
        hs_currency e/select - Currency = {Currencies}
        hs_language e/select - Language = en:English|de:German|fr:French|es:Spanish|it:Italian|nl:Dutch|pt:Portuguese|pl:Polish|sv:Swedish|da:Danish|ja:Japanese
        hs_locale s - Locale
        hs_template_type s - Template type
        hs_quote_amount n c Amount
        hs_quote_number s r Quote number
        hs_quote_link s r Quote link
        hs_pdf_download_link s r PDF link
        hs_public_url_key s r Public URL key
        hs_proposal_slug s - URL slug
        hs_comments s/textarea - Comments to buyer
        hs_terms s/textarea - Purchase terms
        hs_esign_enabled b - E-signature enabled
        hs_payment_enabled b - Payment enabled
        hs_payment_type e/select - Payment type = HUBSPOT|BYO_STRIPE:Stripe|OTHER
        hs_payment_status e/select r Payment status = PENDING|PROCESSING|PAID
        hs_allowed_payment_methods e/checkbox - Allowed payment methods = CREDIT_OR_DEBIT_CARD|ACH|SEPA|BACS|PADS
        hs_collect_billing_address b - Collect billing address
        hs_collect_shipping_address b - Collect shipping address
        hs_sender_firstname s - Sender first name
        hs_sender_lastname s - Sender last name
        hs_sender_email s - Sender email
        hs_sender_company_name s - Sender company name
        """;

    private const string Invoice = $"""
        hs_currency e/select - Currency = {Currencies}
        hs_invoice_status e/select - Invoice status = draft|open|paid|voided
        hs_invoice_date t - Invoice date
        hs_due_date t - Due date
        hs_invoice_billable b - Billable
        hs_invoice_link s r Invoice link
        hs_invoice_source e/select x Invoice source
        hs_number s r Number
        hs_amount_billed n c Amount billed
        hs_amount_paid n r Amount paid
        hs_balance_due n c Balance due
        hs_subtotal n c Subtotal
        hs_external_invoice_id s - External invoice ID
        hs_external_recipient s - Recipient
        hs_purchase_order_number s - Purchase order number
        hs_comments s/textarea - Comments
        hs_payment_date t r Payment date
        hs_paid_date t r Paid date
        hs_voided_date t r Voided date
        hs_allowed_payment_methods e/checkbox - Allowed payment methods = CREDIT_OR_DEBIT_CARD|ACH|SEPA|BACS|PADS
        hs_tax_id s - Tax ID
        hs_language s - Language
        """;

    private const string Subscription = $"""
        hs_name s - Name
        hs_status e/select - Status = active|past_due|canceled:Cancelled|expired|scheduled|paused|unpaid
        hs_subscription_status e/select - Subscription status = active|past_due|canceled:Cancelled|expired|scheduled|paused|unpaid
        hs_currency_code e/select - Currency = {Currencies}
        hs_recurring_billing_start_date d - Start date
        hs_recurring_billing_frequency e/select - Billing frequency = {Frequencies}
        hs_next_payment_due_date d - Next payment due date
        hs_next_payment_amount n - Next payment amount
        hs_last_payment_amount n r Last payment amount
        hs_last_payment_status s r Last payment status
        hs_number_of_completed_payments n r Completed payments
        hs_collection_process e/select - Collection process = automatic_payments:Automatic payments|manual_payments:Manual payments
        hs_payment_method s - Payment method
        hs_mrr n - Monthly recurring revenue
        hs_external_subscription_id s - External subscription ID
        hs_canceled_at_date t r Cancelled at
        hs_paused_at_date t r Paused at
        """;

    private const string Payment = $"""
        hs_initial_amount n - Gross amount
        hs_initiated_date t - Payment date
        hs_latest_status e/select - Status = processing|succeeded|failed|partially_refunded|refunded|processing_refund|disputed_won|disputed_lost|disputed_action_required|disputed_awaiting_decision
        hs_latest_status_date t r Latest status date
        hs_customer_email s - Customer email
        hs_currency_code e/select - Currency = {Currencies}
        hs_payment_id s r Payment ID
        hs_payment_method_type e/select - Payment method = card|ach|cash|check|wire_transfer|other|sepa|bacs|pads
        hs_processor_type e/select - Payment processor = hs_payments:HubSpot payments|byo_stripe:Stripe|none|quickbooks|xero
        hs_reference_number s - Reference number
        hs_fees_amount n - Fees amount
        hs_refunds_amount n - Refunds amount
        hs_net_amount n c Net amount
        hs_discount_amount n - Discount amount
        hs_internal_comment s/textarea - Internal comment
        hs_max_refundable_amount_in_portal_currency n c Refundable amount
        hs_billing_address_city s - Billing city
        hs_billing_address_country s - Billing country
        hs_shipping_address_city s - Shipping city
        hs_shipping_address_country s - Shipping country
        """;

    private const string Fee = """
        hs_label s - Label
        hs_type e/select - Type = PERCENT|FIXED
        hs_value n - Value
        hs_sort_order n - Sort order
        """;

    private const string Tax = Fee + "\nhs_tax_rate_group_id n - Tax rate";

    private const string Goal = """
        hs_goal_name s - Goal name
        hs_target_amount n - Target amount
        hs_start_datetime t - Start
        hs_end_datetime t - End
        hs_assignee_user_id n - Assignee user ID
        hs_status e/select x Status
        hs_kpi_value n r Progress
        hs_kpi_progress_percent n r Progress percent
        """;

    private const string User = """
        hs_email s r Email
        hs_given_name s r First name
        hs_family_name s r Last name
        hs_internal_user_id n r User ID
        hs_searchable_calculated_name s r Name
        hs_job_title s - Job title
        hs_main_phone s/phonenumber - Main phone
        hs_additional_phone s/phonenumber - Additional phone
        hs_standard_time_zone e/select x Time zone
        hs_availability_status e/select - Availability = available|away
        hs_working_hours s - Working hours
        hs_out_of_office_hours s - Out of office hours
        hs_deactivated b r Deactivated
        hubspot_team_id e/select rx Main team
        """;

    private const string Feedback = """
        hs_survey_id n - Survey ID
        hs_survey_name s - Survey name
        hs_survey_type e/select - Survey type = CES|CSAT|NPS|CUSTOM
        hs_survey_channel e/select - Survey channel = EMAIL|CHAT|WEB|LINK|INTERNAL
        hs_submission_name s - Submission name
        hs_submission_timestamp t - Submitted at
        hs_response_group e/select - Response group = DETRACTOR|PASSIVE|PROMOTER|UNHAPPY|NEUTRAL|HAPPY
        hs_sentiment e/select - Sentiment = DETRACTOR|PASSIVE|PROMOTER
        hs_value n - Rating
        hs_content s/textarea - Response
        hs_contact_email_rollup s - Email
        """;
}
