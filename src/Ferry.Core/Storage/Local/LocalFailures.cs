using System.Text;
using Ferry.Core.Linux;

namespace Ferry.Core.Storage;

/// <summary>Says what a failed system call means for a store.</summary>
/// <param name="store">Its directory, as the user named it.</param>
internal sealed class LocalFailures(string store)
{
    /// <summary>Passes a result on unless it is a negative error number.</summary>
    /// <exception cref="StoreException">It is.</exception>
    public int OrThrow(int result, string operation, string key) => result < 0 ? throw Of(result, operation, key) : result;

    /// <summary>The exception for a negative error number.</summary>
    public StoreException Of(int result, string operation, string key)
    {
        var error = Meaning(-result);
        return Because(error, key, $"{Explain(-result) ?? Errno.Describe(-result)} ({operation}: {Errno.Name(-result)})");
    }

    /// <summary>The exception for what is wrong with an object.</summary>
    public StoreException Because(StoreError error, string key, string reason) =>
        new(error, key.Length == 0 ? $"{store}: {reason}" : $"{store}: {PathText.Display(Encoding.UTF8.GetBytes(key))}: {reason}");

    private static StoreError Meaning(int errno) => errno switch
    {
        Errno.ENOENT => StoreError.NotFound,
        Errno.ENOSPC or Errno.EDQUOT => StoreError.Full,
        Errno.EACCES or Errno.EPERM or Errno.EROFS => StoreError.Denied,
        Errno.ENOTDIR or Errno.EISDIR or Errno.ENOTEMPTY or Errno.ELOOP or Errno.ENAMETOOLONG or Errno.EINVAL or Errno.EFBIG => StoreError.Invalid,
        _ => StoreError.Transient,
    };

    private static string? Explain(int errno) => errno switch
    {
        Errno.EISDIR or Errno.ENOTEMPTY => "there is a directory; choose another key",
        Errno.ENOTDIR => "a part of the key before its last slash is a file or a link; choose another key",
        Errno.EROFS => "mounted for reading only",
        _ => null,
    };
}
