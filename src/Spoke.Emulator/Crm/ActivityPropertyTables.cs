namespace Spoke.Emulator.Crm;

/// <summary>HubSpot's own properties of activities and of the objects with a name and a pipeline, written as in <see cref="PropertyTables"/>.</summary>
internal static class ActivityPropertyTables
{
    public static string For(string type) => type switch
    {
        "call" => Activity + Call,
        "email" => Activity + Email,
        "meeting" => Activity + Meeting,
        "communication" => Activity + Communication,
        "postal_mail" => Activity + "\nhs_postal_mail_body s/html - Body",
        "lead" => Pipeline + Lead,
        "service" => Pipeline + Service,
        "course" => Pipeline + Course,
        "listing" => Pipeline + Listing,
        "appointment" => Pipeline + Appointment,
        "project" => Pipeline + Project,
        _ => "",
    };

    private const string Activity = """
        hs_timestamp t - Activity date
        hs_attachment_ids e/checkbox x Attached file IDs
        hs_body_preview s r Body preview
        hs_activity_type e/select x Activity type
        """;

    private const string Pipeline = """
        hs_pipeline e/select x Pipeline
        hs_pipeline_stage e/select x Stage
        """;

    private const string Call = """

        hs_call_title s - Call title
        hs_call_body s/html - Call notes
        hs_call_callee_object_id n - Callee object ID
        hs_call_callee_object_type s - Callee object type
        hs_call_direction e/select - Direction = INBOUND|OUTBOUND
        hs_call_disposition e/select - Outcome = f240bbac-87c9-4f6e-bf70-924b57d47db7:Connected|9d9162e7-6cf3-4944-bf63-4dff82258764:Busy|73a0d17f-1163-4015-bdd5-ec830791da20:No answer|b2cf5968-551e-4856-9783-52b3da59a7d0:Left voicemail|a4c4c377-d246-4b32-a13b-75a56a4cd0ff:Left live message|17b47fee-58de-441e-a44c-c6300d46f273:Wrong number
        hs_call_duration n - Duration
        hs_call_from_number s - From number
        hs_call_to_number s - To number
        hs_call_recording_url s - Recording URL
        hs_call_source s - Call source
        hs_call_status e/select - Status = BUSY|CALLING_CRM_USER|CANCELED|COMPLETED|CONNECTING|FAILED|IN_PROGRESS|NO_ANSWER|QUEUED|RINGING
        """;

    private const string Email = """

        hs_email_subject s - Subject
        hs_email_text s/textarea - Text body
        hs_email_html s/html - HTML body
        hs_email_headers s/textarea - Headers
        hs_email_direction e/select - Direction = EMAIL:Sent|INCOMING_EMAIL:Incoming|FORWARDED_EMAIL:Forwarded
        hs_email_status e/select - Status = BOUNCED|FAILED|SCHEDULED|SENDING|SENT
        hs_email_from_email s r From email
        hs_email_from_firstname s r From first name
        hs_email_from_lastname s r From last name
        hs_email_to_email s r To email
        """;

    private const string Meeting = """

        hs_meeting_title s - Meeting title
        hs_meeting_body s/html - Description
        hs_internal_meeting_notes s/html - Internal notes
        hs_meeting_external_url s - External URL
        hs_meeting_location s - Location
        hs_meeting_start_time t - Start time
        hs_meeting_end_time t - End time
        hs_meeting_outcome e/select - Outcome = SCHEDULED|COMPLETED|RESCHEDULED|NO_SHOW|CANCELED
        """;

    private const string Communication = """

        hs_communication_body s/textarea - Body
        hs_communication_channel_type e/select - Channel = WHATS_APP:WhatsApp|LINKEDIN_MESSAGE:LinkedIn|SMS|CUSTOM_CHANNEL_CONVERSATION
        hs_communication_logged_from e/select - Logged from = CRM
        """;

    private const string Lead = """

        hs_lead_name s - Lead name
        hs_lead_type e/select - Lead type = NEW_BUSINESS|UPSELL|RE_ATTEMPTING
        hs_lead_label e/select - Lead label = WARM|COLD|HOT
        hs_lead_source s - Lead source
        hs_lead_disqualification_note s/textarea - Disqualification note
        """;

    private const string Service = """

        hs_name s - Name
        hs_category e/select - Category = onboarding:Onboarding|implementation:Implementation|training:Training|consulting:Consulting|other:Other
        hs_status e/select - Status = on_track|at_risk|delayed|blocked|completed
        hs_start_date t - Start date
        hs_close_date t - Close date
        hs_target_duration n - Target duration
        hs_target_end_date t - Target end date
        hs_total_cost n - Total cost
        hs_amount_paid n - Amount paid
        hs_amount_remaining n - Amount remaining
        hs_description s/textarea - Description
        hs_priority e/select - Priority = LOW|MEDIUM|HIGH
        """;

    private const string Course = """

        hs_course_name s - Course name
        hs_course_id s - Course ID
        hs_description s/textarea - Description
        hs_delivery_method e/select - Delivery method = in_person|online|hybrid
        hs_enrollment_capacity n - Enrollment capacity
        hs_start_date t - Start date
        hs_end_date t - End date
        hs_price n - Price
        """;

    private const string Listing = """

        hs_name s - Name
        hs_listing_type e/select - Listing type = house|townhouse|apartment|condominium|commercial
        hs_price n - Price
        hs_address_1 s - Street address
        hs_address_2 s - Street address 2
        hs_city s - City
        hs_state_province s - State/Province
        hs_zip s - Postal code
        hs_neighborhood s - Neighborhood
        hs_bedrooms n - Bedrooms
        hs_bathrooms n - Bathrooms
        hs_square_footage n - Square footage
        hs_lot_size n - Lot size
        hs_year_built n - Year built
        hs_url s - URL
        hs_listing_date t - Listing date
        """;

    private const string Appointment = """

        hs_appointment_name s - Appointment name
        hs_appointment_start t - Start
        hs_appointment_end t - End
        hs_appointment_status e/select - Status = SCHEDULED|COMPLETED|CANCELED|NO_SHOW
        hs_appointment_notes s/textarea - Notes
        hs_duration n - Duration
        """;

    private const string Project = """

        hs_name s - Name
        hs_description s/textarea - Description
        hs_status e/select - Status = on_track|at_risk|delayed|blocked|completed
        hs_priority e/select - Priority = LOW|MEDIUM|HIGH
        hs_start_date t - Start date
        hs_target_due_date t - Target due date
        hs_type s - Type
        """;
}
