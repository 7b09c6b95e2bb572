using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Spoke.Shop.Pages;
using Spoke.Shop.Store;

namespace Spoke.Shop.Api;

/// <summary>What a refused request is answered with: JSON for programs, a page for people.</summary>
internal static class Refusals
{
    /// <summary>For requests that failed.</summary>
    public static Task AnswerAsync(HttpContext context)
    {
        var problem = context.Features.Get<IExceptionHandlerFeature>()?.Error switch
        {
            ShopRefusal refusal => new ShopProblem(refusal.Title, refusal.Status, refusal.Message, refusal.Errors),
            BadHttpRequestException bad => new ShopProblem("Request not understood", bad.StatusCode, bad.InnerException?.Message ?? bad.Message, null),
            _ => new ShopProblem("The shop failed", 500, "This is the shop's own fault; nothing was changed.", null),
        };
        return SayAsync(context, problem);
    }

    /// <summary>For paths that lead nowhere.</summary>
    public static Task AnswerEmptyAsync(HttpContext context) => SayAsync(context, context.Response.StatusCode switch
    {
        404 => new ShopProblem("Not found", 404, $"There is nothing at {context.Request.Path}.", null),
        405 => new ShopProblem("Not that way", 405, $"{context.Request.Method} does not work at {context.Request.Path}.", null),
        415 => new ShopProblem("Send JSON", 415, "The body has to be JSON, with Content-Type: application/json.", null),
        var status => new ShopProblem("Refused", status, $"{context.Request.Method} {context.Request.Path} was refused.", null),
    });

    private static Task SayAsync(HttpContext context, ShopProblem problem)
    {
        context.Response.StatusCode = problem.Status;
        var forPrograms = context.Request.Path.StartsWithSegments("/api") || context.Request.Path.StartsWithSegments("/admin");
        return forPrograms
            ? TypedResults.Json(problem, ShopJson.Default.ShopProblem, "application/problem+json", problem.Status).ExecuteAsync(context)
            : ShopPages.Page<ProblemPage>(("Problem", problem), ("Currency", ShopPages.Currency(context))).ExecuteAsync(context);
    }
}
