using Spoke.Commands;

return await RootCommandLine.RunAsync(args).ConfigureAwait(false);
