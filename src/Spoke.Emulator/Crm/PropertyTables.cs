namespace Spoke.Emulator.Crm;

/// <summary>
/// HubSpot's own properties per object, as a table: name, type[/field type], flags, label, options.
/// Types: s string, n number, e enumeration, b bool, d date, t datetime.
/// Flags: u unique values, k key without the flag, c calculated, r read-only, h hidden, x options come from elsewhere.
/// </summary>
internal static class PropertyTables
{
    public static string For(string type) => type switch
    {
        "contact" => Contact,
        "company" => Company,
        "deal" => Deal,
        "ticket" => Ticket,
        "product" => Product,
        "line_item" => LineItem,
        "order" => Order + Addresses,
        "cart" => Cart + Addresses,
        "discount" => Discount,
        "note" => Note,
        "task" => Task,
        _ => FurtherPropertyTables.For(type),
    };

    private const string Contact = """
        email s k Email
        hs_additional_emails e/checkbox x Additional email addresses
        firstname s - First name
        lastname s - Last name
        phone s/phonenumber - Phone number
        mobilephone s/phonenumber - Mobile phone number
        fax s - Fax number
        company s - Company name
        jobtitle s - Job title
        salutation s - Salutation
        address s - Street address
        city s - City
        state s - State/Region
        zip s - Postal code
        country s - Country/Region
        website s - Website URL
        date_of_birth s - Date of birth
        industry s - Industry
        message s/textarea - Message
        associatedcompanyid n r Primary associated company ID
        lifecyclestage e/radio - Lifecycle stage = subscriber|lead|marketingqualifiedlead:Marketing Qualified Lead|salesqualifiedlead:Sales Qualified Lead|opportunity|customer|evangelist|other
        hs_lead_status e/radio - Lead status = NEW|OPEN|IN_PROGRESS|OPEN_DEAL|UNQUALIFIED|ATTEMPTED_TO_CONTACT|CONNECTED|BAD_TIMING
        hs_language e/select - Preferred language = en:English|de:German|fr:French|es:Spanish|it:Italian|nl:Dutch|pt:Portuguese|pl:Polish|sv:Swedish|da:Danish|ja:Japanese
        hs_marketable_status e/select rx Marketing contact status
        hs_email_optout b - Unsubscribed from all email
        hs_email_domain s c Email domain
        hs_calculated_phone_number s ch Calculated phone number
        hs_full_name_or_email s c Full name or email
        hs_timezone e/select x Time zone
        hs_latest_source e/select rx Latest traffic source
        hs_analytics_source e/select rx Original traffic source
        num_unique_conversion_events n r Number of unique forms submitted
        num_associated_deals n r Number of associated deals
        total_revenue n c Total revenue
        recent_deal_amount n r Recent deal amount
        closedate t - Close date
        """;

    private const string Company = """
        name s - Company name
        domain s - Company domain name
        hs_additional_domains e/checkbox rx Additional domains
        website s - Website URL
        phone s/phonenumber - Phone number
        address s - Street address
        address2 s - Street address 2
        city s - City
        state s - State/Region
        zip s - Postal code
        country s - Country/Region
        description s/textarea - Description
        about_us s/textarea - About us
        numberofemployees n - Number of employees
        annualrevenue n - Annual revenue
        founded_year s - Year founded
        timezone s - Time zone
        is_public b - Is public
        industry e/select - Industry = ACCOUNTING|APPAREL_FASHION|AUTOMOTIVE|BANKING|COMPUTER_SOFTWARE|CONSUMER_ELECTRONICS|CONSUMER_GOODS|COSMETICS|EDUCATION_MANAGEMENT|FOOD_BEVERAGES|FURNITURE|HEALTH_WELLNESS_AND_FITNESS|INTERNET|LOGISTICS_AND_SUPPLY_CHAIN|LUXURY_GOODS_JEWELRY|MACHINERY|MARKETING_AND_ADVERTISING|RETAIL|SPORTING_GOODS|SUPERMARKETS|TEXTILES|WHOLESALE|WINE_AND_SPIRITS
        type e/select - Type = PROSPECT|PARTNER|RESELLER|VENDOR|OTHER
        lifecyclestage e/radio - Lifecycle stage = subscriber|lead|marketingqualifiedlead:Marketing Qualified Lead|salesqualifiedlead:Sales Qualified Lead|opportunity|customer|evangelist|other
        hs_lead_status e/radio - Lead status = NEW|OPEN|IN_PROGRESS|OPEN_DEAL|UNQUALIFIED|ATTEMPTED_TO_CONTACT|CONNECTED|BAD_TIMING
        num_associated_contacts n r Number of associated contacts
        num_associated_deals n r Number of associated deals
        total_revenue n c Total revenue
        closedate t - Close date
        """;

    private const string Deal = """
        dealname s - Deal name
        dealstage e/radio x Deal stage
        pipeline e/select x Pipeline
        amount n - Amount
        amount_in_home_currency n c Amount in company currency
        deal_currency_code e/select - Currency = EUR|USD|GBP|CHF|SEK|DKK|NOK|PLN|CZK|JPY|CAD|AUD
        closedate t - Close date
        dealtype e/radio - Deal type = newbusiness:New business|existingbusiness:Existing business
        description s/textarea - Deal description
        hs_priority e/select - Priority = low|medium|high
        hs_is_closed b c Is deal closed
        hs_is_closed_won b c Is closed won
        hs_deal_stage_probability n c Deal probability
        closed_lost_reason s/textarea - Closed lost reason
        closed_won_reason s/textarea - Closed won reason
        num_associated_contacts n r Number of associated contacts
        """;

    private const string Ticket = """
        subject s - Ticket name
        content s/textarea - Ticket description
        hs_pipeline e/select x Pipeline
        hs_pipeline_stage e/select x Ticket status
        hs_ticket_id n r Ticket ID
        hs_ticket_category e/checkbox - Category = PRODUCT_ISSUE|BILLING_ISSUE|FEATURE_REQUEST|GENERAL_INQUIRY
        hs_ticket_priority e/select - Priority = LOW|MEDIUM|HIGH|URGENT
        hs_resolution e/checkbox - Resolution = ISSUE_FIXED|WARRANTY_OFFERED|REFUND_PROVIDED|OTHER
        source_type e/select - Source = CHAT|EMAIL|FORM|PHONE
        closed_date t - Close date
        hs_is_closed b c Is ticket closed
        """;

    private const string Product = """
        name s - Name
        description s/textarea - Product description
        price n - Unit price
        hs_sku s u SKU
        hs_cost_of_goods_sold n - Unit cost
        hs_product_type e/select - Product type = inventory|non_inventory|service
        hs_url s - URL
        hs_images s - Image URL
        hs_folder_id n - Folder
        hs_recurring_billing_period s - Term
        recurringbillingfrequency e/select - Billing frequency = weekly|biweekly|monthly|quarterly|per_six_months|annually|per_two_years|per_three_years
        hs_status e/select - Status = active|inactive
        tax n - Tax
        """;

    private const string LineItem = """
        name s - Name
        description s/textarea - Description
        price n - Unit price
        quantity n - Quantity
        amount n c Net price
        discount n - Unit discount
        hs_discount_percentage n - Discount percentage
        hs_total_discount n c Total discount
        hs_pre_discount_amount n c Amount before discount
        hs_product_id n - Product ID
        hs_sku s - SKU
        hs_url s - URL
        hs_images s - Image URL
        hs_external_id s - External ID
        hs_cost_of_goods_sold n - Unit cost
        hs_line_item_currency_code e/select - Currency = EUR|USD|GBP|CHF|SEK|DKK|NOK|PLN|CZK|HUF|JPY|CAD|AUD|NZD|INR|BRL|KWD
        hs_position_on_quote n - Position
        recurringbillingfrequency e/select - Billing frequency = weekly|biweekly|monthly|quarterly|per_six_months|annually|per_two_years|per_three_years
        hs_recurring_billing_period s - Term
        hs_recurring_billing_start_date d - Billing start date
        hs_recurring_billing_end_date d c Billing end date
        hs_tax_rate_group_id n - Tax rate
        hs_pricing_model e/select - Pricing model = flat|volume|stairstep|graduated
        hs_tier_ranges s - Tier ranges
        hs_tier_prices s - Tier prices
        tax n - Tax
        """;

    private const string Order = """
        hs_order_name s - Order name
        hs_external_order_id s - Source order ID
        hs_external_order_status s - External status
        hs_external_order_url s - External URL
        hs_external_created_date t - External create date
        hs_external_modified_date t - External modified date
        hs_external_canceled_date t - External cancel date
        hs_processed_date t - Processed date
        hs_closed_date t r Closed date
        hs_is_canceled b c Canceled
        hs_cancellation_reason s - Cancellation reason
        hs_external_cart_id s - External cart ID
        hs_external_checkout_id s - External checkout ID
        hs_source_store s - Source store
        hs_source_app_id n r Source app ID
        hs_currency_code e/select - Currency = EUR|USD|GBP|CHF|SEK|DKK|NOK|PLN|CZK|HUF|JPY|CAD|AUD|NZD|INR|BRL|KWD
        hs_subtotal_price n - Subtotal price
        hs_total_price n - Total price
        hs_order_discount n - Order discount
        hs_discount_codes s - Discount codes
        hs_tax n - Tax
        hs_shipping_cost n - Shipping cost
        hs_refund_amount n - Refund amount
        hs_exchange_rate n c Exchange rate
        hs_homecurrency_amount n c Amount in company currency
        hs_payment_status s - Payment status
        hs_payment_processing_method s - Payment processing method
        hs_fulfillment_status s - Fulfillment status
        hs_shipping_tracking_number s - Shipping tracking number
        hs_shipping_status_url s - Shipping status URL
        hs_shipping_method s - Shipping method
        hs_landing_site s - Landing site
        hs_referring_site s - Referring site
        hs_buyer_accepts_marketing b - Buyer accepts marketing
        hs_tags s - Tags
        hs_order_note s/textarea - Order note
        hs_pipeline e/select x Pipeline
        hs_pipeline_stage e/select x Stage

        """;

    private const string Cart = """
        hs_cart_name s - Cart name
        hs_cart_url s - Cart URL
        hs_external_cart_id s - External cart ID
        hs_external_status s - External status
        hs_external_created_date t - External create date
        hs_external_modified_date t - External modified date
        hs_source_store s - Source store
        hs_currency_code e/select - Currency = EUR|USD|GBP|CHF|SEK|DKK|NOK|PLN|CZK|HUF|JPY|CAD|AUD|NZD|INR|BRL|KWD
        hs_subtotal_price n - Subtotal price
        hs_cart_discount n - Cart discount
        hs_tax n - Tax
        hs_shipping_cost n - Shipping cost
        hs_total_price n - Total price
        hs_exchange_rate n c Exchange rate
        hs_homecurrency_amount n c Amount in company currency
        hs_tags s - Tags

        """;

    private const string Addresses = """
        hs_shipping_address_name s
        hs_shipping_address_email s
        hs_shipping_address_phone s
        hs_shipping_address_street s
        hs_shipping_address_city s
        hs_shipping_address_state s
        hs_shipping_address_postal_code s
        hs_shipping_address_country s
        hs_billing_address_name s
        hs_billing_address_email s
        hs_billing_address_phone s
        hs_billing_address_street s
        hs_billing_address_city s
        hs_billing_address_state s
        hs_billing_address_postal_code s
        hs_billing_address_country s
        """;

    private const string Discount = """
        hs_label s - Label
        hs_type e/select - Type = PERCENT|FIXED
        hs_value n - Value
        hs_duration e/select - Duration = ONCE|FOREVER|REPEATING
        hs_sort_order n - Sort order
        """;

    private const string Note = """
        hs_timestamp t - Activity date
        hs_note_body s/html - Note body
        hs_attachment_ids e/checkbox x Attached file IDs
        """;

    private const string Task = """
        hs_timestamp t - Due date
        hs_task_body s/html - Notes
        hs_task_subject s - Task title
        hs_task_status e/select - Task status = NOT_STARTED|IN_PROGRESS|WAITING|COMPLETED|DEFERRED
        hs_task_priority e/select - Priority = NONE|LOW|MEDIUM|HIGH
        hs_task_type e/select - Task type = TODO|CALL|EMAIL
        hs_task_completion_date t r Completed at
        hs_task_reminders s - Reminders
        """;
}
