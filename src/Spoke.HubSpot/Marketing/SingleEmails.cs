namespace Spoke.HubSpot;

/// <summary>
/// Single e-mails to one person. Transactional ones go to people who opted out, and need HubSpot's transactional add-on and the scope <c>transactional-email</c>;
/// marketing ones need <c>marketing-email</c> and heed opt-outs. All members throw <see cref="HubSpotException"/> when HubSpot refuses or cannot be reached.
/// </summary>
public sealed class SingleEmails
{
    private readonly Answers _answers;
    private readonly TimeProvider _time;

    internal SingleEmails(HubSpotClient client) => (_answers, _time) = (new Answers(client), client.Time);

    /// <summary>Queues a transactional e-mail. Sent once only, unless it has a <see cref="EmailSend.SendId"/>.</summary>
    /// <exception cref="HubSpotException"><see cref="HubSpotErrorKind.Validation"/>: an address or a contact property is wrong. A wrong <see cref="EmailSend.To"/> is told only by the status.</exception>
    public Task<EmailSendStatus> SendTransactionalAsync(EmailSend send, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        SendAsync(CrmPaths.TransactionalSend(_answers.Version), send, options, cancellationToken);

    /// <summary>Queues a marketing e-mail. Sent once only, unless it has a <see cref="EmailSend.SendId"/>.</summary>
    /// <exception cref="HubSpotException"><see cref="HubSpotErrorKind.Validation"/>: an address or a contact property is wrong. A wrong <see cref="EmailSend.To"/> is told only by the status.</exception>
    public Task<EmailSendStatus> SendMarketingAsync(EmailSend send, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        SendAsync(CrmPaths.MarketingSend(_answers.Version), send, options, cancellationToken);

    /// <summary>Where a send stands; one call.</summary>
    /// <returns>Null when HubSpot knows no such send.</returns>
    public Task<EmailSendStatus?> GetStatusAsync(string statusId, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        _answers.FindAsync(new HubSpotRequest("GET", "/marketing/v3/email/send-statuses/" + CrmPaths.Escape(statusId)), EmailSendStatus.Read, options, cancellationToken);

    /// <summary>Asks until the send has ended: after a second at first, then after twice as long each time, up to half a minute.</summary>
    /// <param name="patience">How long to ask at most; null: five minutes.</param>
    /// <returns>The last status; <see cref="EmailSendStatus.HasEnded"/> is false when patience ran out.</returns>
    /// <exception cref="HubSpotException"><see cref="HubSpotErrorKind.NotFound"/>: HubSpot knows no such send.</exception>
    public Task<EmailSendStatus> WaitAsync(string statusId, TimeSpan? patience = null, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        Waiting.ForAsync(_time, () => GetStatusAsync(statusId, options, cancellationToken), status => status.HasEnded, $"e-mail send with the status id {statusId}", patience, cancellationToken);

    private Task<EmailSendStatus> SendAsync(string path, EmailSend send, RequestOptions? options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(send);
        return _answers.OneAsync(new HubSpotRequest("POST", path) { Body = CrmJson.Write(send.Write), Repeatable = send.SendId is not null }, EmailSendStatus.Read, options, cancellationToken);
    }
}
